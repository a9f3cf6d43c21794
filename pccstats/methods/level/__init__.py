"""The mean expected level: what a month looks like when nothing has changed."""

"""Change since a baseline: counts, shares, overlapping windows, breaks; the entry is `change.change`."""

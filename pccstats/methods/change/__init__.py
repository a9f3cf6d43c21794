"""Change between two windows."""

"""The workbench: every series in the order of its signals, and one of them tried every way, in a notebook."""

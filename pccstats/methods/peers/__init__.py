"""The Most Similar Group: benchmarks, ranks with intervals, funnels; the entry is `compare_group.compare_group`."""

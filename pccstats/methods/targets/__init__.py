"""Targets: distance, chance, baskets, what if; the entry is `progress.progress`."""

"""Statistics for police performance: expected levels, change, peers and projections, with their working shown."""

__version__ = "0.1.0"

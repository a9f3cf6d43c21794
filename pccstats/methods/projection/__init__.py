"""Projection to a horizon: forecasters, back-tests, intervals; the entry is `project.project`."""

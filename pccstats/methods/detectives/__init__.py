"""Detectives: what published figures give away about each other. Each is a file: series in, findings out."""

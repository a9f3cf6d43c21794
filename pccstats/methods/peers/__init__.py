"""One area among others."""

"""A whole plan asked its questions: the floor between methods and the pack.

Imports `pccstats.methods` and `pccstats.terms`; like the methods it is pure: no files, no charts, no clock.
"""

"""Arithmetic: terms in, results out.

Pure functions of frames and arrays: no files, no charts, no clock, no global option; randomness only from a passed
seed. Imports only `pccstats.terms`.
"""

"""Results made readable: chart, table, sentence, page section. Computes no statistic; imports only `pccstats.terms`."""

from pccstats.presentation import charts, sentences, tables

__all__ = ["charts", "sentences", "tables"]

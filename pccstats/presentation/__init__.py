"""Results made readable: chart, table, sentence, page section. Computes no statistic; imports only `pccstats.terms`."""

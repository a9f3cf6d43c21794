"""Mean expected level: charts, rules, season, segments; the entry is `expected_level.expected_level`."""

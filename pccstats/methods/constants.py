"""Statistical constants, derived rather than rounded, each with its source."""

from __future__ import annotations

import math

D2_PAIR = 2 / math.sqrt(math.pi)
"""Mean range of two independent standard normal values, 1.128379; tables print 1.128 (Shewhart 1931)."""

D3_PAIR = math.sqrt(2 - 4 / math.pi)
"""Standard deviation of that range, 0.852502."""

D4_PAIR = 1 + 3 * D3_PAIR / D2_PAIR
"""A moving range this many times the mean one is extreme, 3.2665; tables print 3.267 (Nelson 1982)."""

PROCESS_SIGMAS = 3.0
"""Process limits lie three sigma from the centre line (Shewhart 1931)."""

WARNING_SIGMAS = 2.0
"""Warning limits lie two sigma from the centre line."""

MIN_BASELINE_MONTHS = 12
"""Limits from fewer months than these are trial limits."""

T_CHART_POWER = 3.6
"""Waiting times raised to 1/3.6 are close to normal (Nelson 1994)."""

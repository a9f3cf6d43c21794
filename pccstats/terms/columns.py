"""The agreed column names of the observations table, once."""

from __future__ import annotations

INDICATOR = "indicator"
AREA = "area"
PERIOD_END = "period_end"
MONTHS = "months"
NUMERATOR = "numerator"
DENOMINATOR = "denominator"
STATUS = "status"
SOURCE = "source"
PUBLISHED_ON = "published_on"
NOTE = "note"

OBSERVATIONS = (
    INDICATOR,
    AREA,
    PERIOD_END,
    MONTHS,
    NUMERATOR,
    DENOMINATOR,
    STATUS,
    SOURCE,
    PUBLISHED_ON,
    NOTE,
)

SPANS = (1, 3, 12)  # how many months one observation may cover

EXPOSURES = ("area", "area_type", "code", "persons", "households", "year", "vintage", "source", "note")

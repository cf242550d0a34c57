"""How Fernhill counts weeks, and the sentences that a reader gets who counts otherwise."""

from operator import index

import numpy as np
import pandas as pd

WEEKS = 78  # weeks 0 to 77
LABEL_DELAY = 6  # weeks from a decision until we know whether the loan was paid back
FIRST_DAY = np.datetime64("2024-01-01T00:00:00", "us")  # the Monday of week 0


def week_start(week: int) -> pd.Timestamp:
    """The Monday on which a week begins."""
    return pd.Timestamp(FIRST_DAY + np.timedelta64(7 * checked_week(week), "D"))


def span(first: int, last: int | None) -> range:
    """The weeks from first to last, both included; first alone without a last."""
    first = checked_week(first)
    last = first if last is None else checked_week(last)
    if last < first:
        raise ValueError(f"The last week ({last}) comes before the first week ({first}).")
    return range(first, last + 1)


def checked_week(value: int) -> int:
    """The number of a week that the stream has, or a ValueError that says which it has."""
    week = whole_number(value, "A week")
    if week >= WEEKS:
        raise ValueError(f"The stream has the weeks 0 to {WEEKS - 1}; there is no week {week}.")
    return week


def whole_number(value: int, what: str) -> int:
    """The value as an int, or a ValueError that says what must be whole and not below 0."""
    try:
        number = -1 if isinstance(value, bool) else index(value)
    except TypeError:
        number = -1
    if number < 0:
        raise ValueError(f"{what} must be a whole number from 0 on, not {value!r}.")
    return number

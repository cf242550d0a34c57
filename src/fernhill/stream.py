"""Fernhill's applications, week by week, as its own systems hold them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fernhill.applicants import Week, draw_week
from fernhill.columns import DATA_DICTIONARY
from fernhill.events import FERNHILL, Event
from fernhill.weeks import LABEL_DELAY, WEEKS, checked_week, span, whole_number

COLUMNS = [name for name, column in DATA_DICTIONARY.items() if column.use != "label"]


class LabelsNotMatured(LookupError):  # noqa: N818 - it is no error of the program's
    """Somebody asked for labels that nobody can know yet; the message says when they can."""


@dataclass(frozen=True)
class Stream:
    """78 weeks of applications, about 900 a week; the same seed always gives the same stream.

    Weeks are counted from 0 to 77, and any week can be drawn without the others. Every application
    has a label in the end, even one that an underwriter would have declined: a simulation can do
    that, a lender cannot.
    """

    seed: int
    events: tuple[Event, ...] = FERNHILL

    def __post_init__(self) -> None:
        """Refuse what would only fail later, and take any sequence of events."""
        whole_number(self.seed, "The seed")
        object.__setattr__(self, "events", tuple(self.events))

    def applications(self, first: int, last: int | None = None) -> pd.DataFrame:
        """The applications of one week, or of the weeks from first to last, both included."""
        return _frame(draw(self, span(first, last)))

    def labels(self, first: int, last: int | None = None, *, now: int) -> pd.Series:
        """Who defaulted (1) and who paid back (0), by application_id, as known in week ``now``.

        Raises LabelsNotMatured where the labels of any of these weeks are not known yet.
        """
        weeks = span(first, last)
        known = weeks[-1] + LABEL_DELAY
        if whole_number(now, "The current week, now,") < known:
            raise LabelsNotMatured(
                f"The labels of week {weeks[-1]} are known from week {known} on, "
                f"{LABEL_DELAY} weeks after the decisions; now is week {now}."
            )
        return by_application(draw(self, weeks), "default")

    def matured(self, now: int, since: int = 0) -> pd.DataFrame:
        """The applications whose labels are known in week ``now``, with the column ``default``.

        They are those of the weeks from ``since`` to ``now - 6``: an empty table if there are none.
        """
        since = checked_week(since)
        last = min(whole_number(now, "The current week, now,") - LABEL_DELAY, WEEKS - 1)
        weeks = draw(self, span(since, max(since, last)))
        table = _frame(weeks).assign(default=by_application(weeks, "default").to_numpy())
        return table if since <= last else table.iloc[:0]

    def past_decisions(self, first: int, last: int | None = None) -> pd.Series:
        """What Fernhill decided before it had a model, by application_id: True for approved.

        A rule of thumb approved the easy cases. An underwriter decided on the others, by something
        that she saw and nobody recorded.
        """
        return by_application(draw(self, span(first, last)), "approved")


def draw(stream: Stream, weeks: range) -> list[Week]:
    """These weeks of a stream, truth and all: for Stream and for the oracle."""
    return [draw_week(stream.seed, week, stream.events) for week in weeks]


def by_application(weeks: list[Week], name: str) -> pd.Series:
    """One field of the weeks as a series on application_id: for Stream and for the oracle."""
    ids = np.concatenate([week.recorded["application_id"] for week in weeks])
    values = np.concatenate([getattr(week, name) for week in weeks])
    return pd.Series(values, index=pd.Index(ids, name="application_id"), name=name)


def _frame(weeks: list[Week]) -> pd.DataFrame:
    """What was recorded of the weeks, as one table."""
    return pd.DataFrame(
        {name: np.concatenate([week.recorded[name] for week in weeks]) for name in COLUMNS}
    )

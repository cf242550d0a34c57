"""The truth, which no lender can know: for showing what was possible, never for training."""

from dataclasses import asdict

import pandas as pd

from fernhill.energy import Energy, draw_hours
from fernhill.events import world_at
from fernhill.stream import Stream, by_application, draw
from fernhill.weeks import checked_week, span


def default_probability(stream: Stream, first: int, last: int | None = None) -> pd.Series:
    """The true probability of default given all that can be recorded, by application_id.

    No model that sees the same columns can rank the applications better. It goes by what is true:
    where a partner sends income in cents, it knows the income in euros.
    """
    return by_application(draw(stream, span(first, last)), "probability")


def underwriter_signal(stream: Stream, first: int, last: int | None = None) -> pd.Series:
    """What the underwriter saw and nobody recorded, by application_id; high means worrying."""
    return by_application(draw(stream, span(first, last)), "signal")


def cause_weights(stream: Stream, week: int) -> pd.Series:
    """How strongly each cause moves the log-odds of default in one week."""
    world = world_at(checked_week(week), stream.events)
    return pd.Series(asdict(world.weights), name="weight")


def planted_events(stream: Stream) -> pd.DataFrame:
    """The events of a stream, one row each: name, first week, last week and what happens."""
    last_week = pd.array([event.last for event in stream.events], dtype="Int64")
    return pd.DataFrame(
        {
            "event": [event.name for event in stream.events],
            "first": [event.first for event in stream.events],
            "last": last_week,
            "story": [event.story for event in stream.events],
        }
    )


def expected_demand(energy: Energy, start: str, days: int) -> pd.Series:
    """The demand in MW that each hour would have without noise, indexed by the hour."""
    hours = draw_hours(energy, start, days)
    return pd.Series(hours.expected, index=pd.Index(hours.hour, name="hour"), name="expected")

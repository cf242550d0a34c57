"""A second stream, for assignments: the electricity demand of a small region, hour by hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from fernhill.weeks import whole_number

Floats = npt.NDArray[np.float64]

METERING_DELAY = np.timedelta64(3, "D")  # from an hour until its metered demand is known
HOLIDAYS = {(1, 1), (5, 1), (8, 15), (11, 1), (12, 25), (12, 26)}  # month and day
MEMORY = 12  # days for which a spell of weather, or of demand, is remembered
LONGEST = 3660  # days in one table

# Megawatts before heating and cooling, for each hour from midnight.
WORKDAY = np.array(
    [520, 500, 490, 485, 495, 540, 630, 730, 790, 800, 800, 805,
     795, 785, 775, 765, 770, 800, 840, 835, 780, 710, 640, 570]
)  # fmt: skip
RESTDAY = np.array(
    [530, 505, 490, 480, 475, 480, 495, 530, 585, 635, 665, 685,
     695, 680, 655, 640, 645, 685, 735, 740, 705, 655, 605, 555]
)  # fmt: skip

DEMAND, WEATHER, HOURLY = range(3)  # each purpose has its own random generator


@dataclass(frozen=True)
class Closure:
    """Days, both included, on which works are closed that are open in other years."""

    first: date
    last: date
    factor: float  # on the demand before heating and cooling


LONG_HOLIDAY = Closure(date(2025, 12, 20), date(2026, 1, 6), 0.72)


@dataclass(frozen=True)
class Hours:
    """What is drawn for a span of hours; Energy shows all but the expected demand."""

    hour: npt.NDArray[np.datetime64]
    temperature: Floats
    holiday: npt.NDArray[np.bool_]
    expected: Floats
    demand: Floats


@dataclass(frozen=True)
class Energy:
    """Hourly demand in megawatts; an hour has the same value in whichever span it is asked for.

    Hours are in standard time all year. Public holidays are fixed dates. Over the turn of the year
    2025 the works stay closed for a long holiday, as in no year before.
    """

    seed: int
    closures: tuple[Closure, ...] = (LONG_HOLIDAY,)

    def __post_init__(self) -> None:
        """Refuse what would only fail later, and take any sequence of closures."""
        whole_number(self.seed, "The seed")
        object.__setattr__(self, "closures", tuple(self.closures))

    def hours(self, start: str, days: int) -> pd.DataFrame:
        """The hours of these days, one row each.

        Columns: ``hour``, when it begins; ``temperature`` in degrees Celsius; ``holiday``, whether
        the day is a public holiday; ``demand`` in megawatts; ``metered_at``, when the demand
        becomes known.
        """
        drawn = draw_hours(self, start, days)
        return pd.DataFrame(
            {
                "hour": drawn.hour,
                "temperature": drawn.temperature,
                "holiday": drawn.holiday,
                "demand": drawn.demand,
                "metered_at": drawn.hour + np.timedelta64(1, "h") + METERING_DELAY,
            }
        )


def draw_hours(energy: Energy, start: str, days: int) -> Hours:
    """Draw the hours of these days, truth and all: for Energy and for the oracle."""
    first = _first_day(start)
    count = whole_number(days, "The number of days")
    if not 1 <= count <= LONGEST:
        raise ValueError(f"The number of days must be 1 to {LONGEST}, not {days!r}.")
    dates = first + np.arange(count)
    hour = (dates[:, None] + np.arange(24).astype("timedelta64[h]")).astype("datetime64[us]")
    calendar = [pd.Timestamp(day).date() for day in dates]
    holiday = np.array([(day.month, day.day) in HOLIDAYS for day in calendar])
    temperature = np.round(_temperature(energy.seed, dates), 1)
    rest = holiday | np.array([day.weekday() >= 5 for day in calendar])
    work = np.where(rest[:, None], RESTDAY, WORKDAY) * _factor(calendar, energy.closures)[:, None]
    weather = 9 * np.maximum(16 - temperature, 0) + 14 * np.maximum(temperature - 23, 0)
    expected = work + weather
    spell = 1 + 0.012 * _spells(energy.seed, DEMAND, dates)
    noise = np.array([_generator(energy.seed, HOURLY, day).standard_normal(24) for day in dates])
    demand = np.round(expected * spell[:, None] * (1 + 0.012 * noise), 1)
    return Hours(
        hour.ravel(), temperature.ravel(), np.repeat(holiday, 24), expected.ravel(), demand.ravel()
    )


def _first_day(start: str) -> np.datetime64:
    """The day as numpy counts days, or a ValueError that says how to write one."""
    try:
        moment = pd.Timestamp(start)
        day = np.datetime64(moment.date(), "D")
    except (ValueError, TypeError):
        raise ValueError(f"The start must be a day such as '2025-01-01', not {start!r}.") from None
    if moment.tz is not None or moment != moment.normalize():
        raise ValueError(f"The start must be a day, without hours or time zone, not {start!r}.")
    if not 1980 <= moment.year <= 2100:
        raise ValueError(f"The start must be in the years 1980 to 2100, not {start!r}.")
    return day


def _generator(seed: int, purpose: int, day: np.datetime64) -> np.random.Generator:
    return np.random.default_rng((seed, purpose, int(day.astype(int))))


def _spells(seed: int, purpose: int, dates: npt.NDArray[np.datetime64]) -> Floats:
    """A value for each day that goes up and down over about a week, with a deviation of one."""
    known = np.arange(dates[0] - MEMORY + 1, dates[-1] + 1)
    shocks = np.array([_generator(seed, purpose, day).standard_normal() for day in known])
    weights = 0.75 ** np.arange(MEMORY)
    return np.convolve(shocks, weights / np.sqrt((weights**2).sum()), mode="valid")


def _temperature(seed: int, dates: npt.NDArray[np.datetime64]) -> Floats:
    """Degrees Celsius by day and hour: the season, the time of day and the weather of the week."""
    day_of_year = (dates - dates.astype("datetime64[Y]")).astype(float)
    season = 11 - 9 * np.cos(2 * np.pi * (day_of_year - 15) / 365.25)
    weather = _spells(seed, WEATHER, np.append(dates, dates[-1] + 1))
    through = np.arange(24) / 24
    spell = weather[:-1, None] * (1 - through) + weather[1:, None] * through
    sun = 3.5 * np.cos(2 * np.pi * (np.arange(24) - 15) / 24)
    return np.asarray(season[:, None] + sun + 3.2 * spell, dtype=float)


def _factor(calendar: Sequence[date], closures: tuple[Closure, ...]) -> Floats:
    """What closed works leave of the demand of each day."""
    factor = np.ones(len(calendar))
    for closure in closures:
        closed = np.array([closure.first <= day <= closure.last for day in calendar])
        factor = np.where(closed, factor * closure.factor, factor)
    return factor

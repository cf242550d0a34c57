"""The energy stream: any span alone, plausible cycles, and one long holiday."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from fernhill import Energy
from fernhill.energy import HOLIDAYS, LONG_HOLIDAY
from fernhill.oracle import expected_demand

ENERGY = Energy(seed=3)
YEARS = ENERGY.hours("2023-01-01", days=3 * 365 + 1)
DEMAND_2024 = ENERGY.hours("2024-01-01", days=366)["demand"].to_numpy()


def test_an_hour_has_the_same_value_in_every_span() -> None:
    alone = ENERGY.hours("2024-02-28", days=3)
    among = YEARS[YEARS["hour"].between("2024-02-28", "2024-03-01 23:00")]
    assert_frame_equal(among.reset_index(drop=True), alone)


def test_a_span_has_every_hour_of_its_days() -> None:
    hours = ENERGY.hours("2024-02-28", days=3)["hour"]
    assert list(hours) == list(pd.date_range("2024-02-28", "2024-03-01 23:00", freq="h"))


def test_another_seed_has_other_weather() -> None:
    ours, theirs = ENERGY.hours("2025-01-01", 30), Energy(seed=4).hours("2025-01-01", 30)
    assert (ours["temperature"] - theirs["temperature"]).abs().mean() > 1


def test_the_worlds_random_state_is_left_alone() -> None:
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    ENERGY.hours("2025-01-01", 10)
    assert np.random.random() == expected


def test_a_day_peaks_in_the_morning_or_evening_and_rests_at_night() -> None:
    by_hour = YEARS.groupby(YEARS["hour"].dt.hour)["demand"].mean()
    assert by_hour.idxmin() in range(2, 5)
    assert by_hour.idxmax() in {8, 9, 17, 18, 19}
    assert by_hour.max() > 1.4 * by_hour.min()


def test_weekends_and_holidays_need_less() -> None:
    weekend = YEARS["hour"].dt.day_of_week >= 5
    mean = YEARS["demand"].groupby([weekend, YEARS["holiday"]]).mean()
    assert mean[True, False] < 0.93 * mean[False, False]
    august = YEARS[(YEARS["hour"].dt.month == 8) & ~weekend]
    holiday = august["holiday"]
    assert august["demand"][holiday].mean() < august["demand"][~holiday].mean() - 50


def test_holidays_are_the_fixed_dates() -> None:
    days = {(hour.month, hour.day) for hour in YEARS.loc[YEARS["holiday"], "hour"]}
    assert days == HOLIDAYS


def test_winter_is_cold_and_cold_costs_energy() -> None:
    months = YEARS.groupby(YEARS["hour"].dt.month)
    temperature, demand = months["temperature"].mean(), months["demand"].mean()
    assert temperature.idxmin() in {1, 2}
    assert temperature.idxmax() in {7, 8}
    assert demand[1] > demand[6] + 80


def test_the_noise_is_small_beside_the_cycles() -> None:
    expected = expected_demand(ENERGY, "2024-01-01", 366).to_numpy()
    residual = DEMAND_2024 - expected
    assert abs(residual.mean()) < 4
    assert 8 < residual.std() < 20
    assert 1 - residual.var() / expected.var() > 0.97


def test_a_residual_remembers_the_day_before() -> None:
    expected = expected_demand(ENERGY, "2024-01-01", 366).to_numpy()
    ratio = pd.Series((DEMAND_2024 / expected).reshape(-1, 24).mean(axis=1))
    assert ratio.autocorr(1) > 0.4
    assert abs(ratio.autocorr(30)) < 0.3


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_the_long_holiday_falls_out_of_the_pattern(seed: int) -> None:
    days = (LONG_HOLIDAY.last - LONG_HOLIDAY.first).days + 1
    open_works = Energy(seed, closures=()).hours(str(LONG_HOLIDAY.first), days)["demand"]
    closed = Energy(seed).hours(str(LONG_HOLIDAY.first), days)["demand"]
    assert 0.70 < closed.mean() / open_works.mean() < 0.85
    assert LONG_HOLIDAY.first == date(2025, 12, 20)


def test_outside_the_long_holiday_nothing_differs() -> None:
    before = Energy(3, closures=()).hours("2025-12-10", 10)
    assert_frame_equal(before, ENERGY.hours("2025-12-10", 10))


def test_demand_is_metered_three_days_after_the_hour_has_ended() -> None:
    assert set(YEARS["metered_at"] - YEARS["hour"]) == {pd.Timedelta(days=3, hours=1)}


def test_any_span_of_ten_years_can_be_asked_for() -> None:
    assert len(ENERGY.hours("2018-01-01", days=3650)) == 24 * 3650


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: Energy(-3), "The seed must be a whole number from 0 on, not -3"),
        (lambda: ENERGY.hours("soon", 1), "must be a day such as '2025-01-01', not 'soon'"),
        (lambda: ENERGY.hours(None, 1), "must be a day such as '2025-01-01', not None"),  # type: ignore[arg-type]
        (lambda: ENERGY.hours("2025-01-01 03:00", 1), "a day, without hours or time zone"),
        (lambda: ENERGY.hours("2025-01-01T00:00Z", 1), "a day, without hours or time zone"),
        (lambda: ENERGY.hours("1066-10-14", 1), "in the years 1980 to 2100, not '1066-10-14'"),
        (lambda: ENERGY.hours("2025-01-01", 0), "number of days must be 1 to 3660, not 0"),
        (lambda: ENERGY.hours("2025-01-01", 1.5), "must be a whole number from 0 on, not 1.5"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_question_gets_a_clear_sentence(ask: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ask()

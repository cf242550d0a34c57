"""The stream keeps its promises: reproducible, week by week, with labels that mature."""

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from fernhill import FEATURES, LABEL_DELAY, WEEKS, LabelsNotMatured, Stream, week_start
from fernhill.events import Event, World

STREAM = Stream(seed=7)


def test_the_same_seed_gives_the_same_week() -> None:
    assert_frame_equal(STREAM.applications(12), Stream(seed=7).applications(12))


def test_another_process_draws_the_same_week() -> None:
    code = "from fernhill import Stream; print(Stream(7).applications(12).to_csv())"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONHASHSEED": "5"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == STREAM.applications(12).to_csv().strip()
    assert not run.stderr


def test_another_seed_gives_other_applicants() -> None:
    ours, theirs = STREAM.applications(12), Stream(seed=8).applications(12)
    size = min(len(ours), len(theirs))
    assert (ours["inflow"][:size] == theirs["inflow"][:size]).mean() < 0.05


def test_a_week_is_the_same_alone_and_among_others() -> None:
    several = STREAM.applications(10, 14)
    alone = STREAM.applications(12)
    assert_frame_equal(several[several["week"] == 12].reset_index(drop=True), alone)


def test_two_weeks_of_one_stream_differ() -> None:
    assert STREAM.applications(3)["inflow"][0] != STREAM.applications(4)["inflow"][0]


def test_an_event_leaves_the_other_draws_of_its_week_alone() -> None:
    quiet, loud = Stream(7, ()).applications(31), STREAM.applications(31)
    assert_frame_equal(quiet.drop(columns="income"), loud.drop(columns="income"))
    assert not quiet["income"].equals(loud["income"])


def test_the_worlds_random_state_is_left_alone() -> None:
    np.random.seed(1)
    random.seed(1)
    expected = np.random.random(), random.random()
    np.random.seed(1)
    random.seed(1)
    STREAM.matured(now=20)
    assert (np.random.random(), random.random()) == expected


def test_changing_a_table_does_not_change_the_stream() -> None:
    table = STREAM.applications(12)
    table.loc[:, "inflow"] = 0
    assert STREAM.applications(12)["inflow"].min() > 0


def test_a_stream_cannot_be_changed_and_travels_between_processes() -> None:
    with pytest.raises(FrozenInstanceError):
        STREAM.seed = 8  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(STREAM)) == STREAM
    assert hash(STREAM) == hash(Stream(seed=7))


def test_there_are_about_900_applications_a_week() -> None:
    sizes = STREAM.applications(0, WEEKS - 1).groupby("week").size()
    assert len(sizes) == WEEKS
    assert sizes.mean() == pytest.approx(900, rel=0.02)
    assert sizes.between(750, 1050).all()


def test_every_application_has_a_number_of_its_own() -> None:
    assert STREAM.applications(0, WEEKS - 1)["application_id"].is_unique


def test_decisions_are_in_order_and_within_their_week() -> None:
    table = STREAM.applications(11, 13)
    assert table["decided_at"].is_monotonic_increasing
    assert (table["decided_at"] >= table["week"].map(week_start)).all()
    week = pd.Timedelta(days=7)
    assert (table["decided_at"] < table["week"].map(week_start) + week).all()


def test_week_0_begins_on_a_monday_and_the_december_event_ends_with_the_year() -> None:
    assert week_start(0) == pd.Timestamp("2024-01-01")
    assert week_start(0).day_name() == "Monday"
    assert week_start(52) == pd.Timestamp("2024-12-30")


def test_nothing_is_missing_and_every_number_a_model_sees_is_a_float() -> None:
    features = STREAM.applications(0, WEEKS - 1)[FEATURES]
    assert not features.isna().any().any()
    assert set(features.select_dtypes("number").dtypes) == {np.dtype("float64")}


def test_labels_are_known_six_weeks_after_the_decision() -> None:
    labels = STREAM.labels(12, now=12 + LABEL_DELAY)
    assert labels.name == "default"
    assert list(labels.index) == list(STREAM.applications(12)["application_id"])
    assert set(labels) == {0, 1}


@pytest.mark.parametrize("now", [0, 12, 17])
def test_asking_for_labels_early_says_when_they_will_be_known(now: int) -> None:
    with pytest.raises(LabelsNotMatured, match=f"known from week 18 on.*now is week {now}"):
        STREAM.labels(12, now=now)


def test_a_range_with_one_unmatured_week_is_refused() -> None:
    with pytest.raises(LabelsNotMatured, match="labels of week 12 "):
        STREAM.labels(0, 12, now=17)


def test_labels_never_change_once_known() -> None:
    assert_series_equal(STREAM.labels(12, now=18), STREAM.labels(12, now=70))


def test_matured_holds_the_weeks_with_known_labels_and_no_other() -> None:
    table = STREAM.matured(now=26)
    assert sorted(table["week"].unique()) == list(range(21))
    expected = STREAM.labels(0, 20, now=26)
    assert_series_equal(table.set_index("application_id")["default"], expected)


def test_matured_can_begin_later() -> None:
    assert sorted(STREAM.matured(now=64, since=52)["week"].unique()) == list(range(52, 59))


@pytest.mark.parametrize(("now", "since"), [(0, 0), (5, 0), (20, 15)])
def test_before_anything_has_matured_the_table_is_empty(now: int, since: int) -> None:
    table = STREAM.matured(now, since)
    assert table.empty
    assert list(table.dtypes) == list(STREAM.matured(now=6).dtypes)


def test_long_after_the_end_everything_has_matured() -> None:
    assert STREAM.matured(now=1000)["week"].max() == WEEKS - 1


def test_an_application_does_not_carry_its_label() -> None:
    assert "default" not in STREAM.applications(0)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: Stream(-1), "The seed must be a whole number from 0 on, not -1"),
        (lambda: Stream(1.5), "The seed must be a whole number from 0 on, not 1.5"),  # type: ignore[arg-type]
        (lambda: STREAM.applications(78), "has the weeks 0 to 77; there is no week 78"),
        (lambda: STREAM.applications(0, 78), "has the weeks 0 to 77; there is no week 78"),
        (lambda: STREAM.applications(-1), "A week must be a whole number from 0 on, not -1"),
        (lambda: STREAM.applications(2.0), "A week must be a whole number from 0 on, not 2.0"),  # type: ignore[arg-type]
        (lambda: STREAM.applications(True), "A week must be a whole number from 0 on, not True"),
        (lambda: STREAM.applications("3"), "A week must be a whole number from 0 on, not '3'"),  # type: ignore[arg-type]
        (lambda: STREAM.applications(5, 3), r"last week \(3\) comes before the first week \(5\)"),
        (lambda: STREAM.past_decisions(5, 3), "comes before the first"),
        (lambda: STREAM.labels(3, now=-1), "now, must be a whole number from 0 on, not -1"),
        (lambda: STREAM.matured(now=9.5), "now, must be a whole number from 0 on, not 9.5"),  # type: ignore[arg-type]
        (lambda: STREAM.matured(now=9, since=78), "there is no week 78"),
        (lambda: week_start(78), "there is no week 78"),
    ],
)
def test_a_bad_question_gets_a_clear_sentence(ask: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ask()


def test_a_stream_can_have_a_calendar_of_its_own() -> None:
    event = Event("flood", 5, 6, "The shops are closed.", {"applications": 300.0})
    sizes = Stream(7, (event,)).applications(4, 7).groupby("week").size()
    assert (sizes.loc[[5, 6]] < 400).all()
    assert (sizes.loc[[4, 7]] > 700).all()
    assert World().applications == 900


def test_an_event_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="ends in week 3, before it begins"):
        Event("flood", 5, 3, "The shops are closed.", {})
    with pytest.raises(ValueError, match="changes \\['weather'\\], which a World does not have"):
        Event("flood", 5, 6, "The shops are closed.", {"weather": 1})

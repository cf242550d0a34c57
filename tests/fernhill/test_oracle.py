"""The oracle knows the truth, and the truth is what the labels are drawn from."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from fernhill import WEEKS, Stream, oracle
from fernhill.oracle import cause_weights, default_probability, planted_events, underwriter_signal
from fernhill.risk import SIGNAL_STRENGTH

STREAM = Stream(seed=5)
ALL = (0, WEEKS - 1)
CHANCE = default_probability(STREAM, *ALL)
DEFAULT = STREAM.labels(*ALL, now=100)


def test_the_probabilities_belong_to_the_applications() -> None:
    assert list(default_probability(STREAM, 12).index) == list(
        STREAM.applications(12)["application_id"]
    )


def test_the_probabilities_are_right_in_every_tenth() -> None:
    groups = pd.qcut(CHANCE, 10, labels=False)
    observed, expected = DEFAULT.groupby(groups).mean(), CHANCE.groupby(groups).mean()
    assert np.abs(observed - expected).max() < 0.02


def test_they_are_right_before_and_after_the_shock() -> None:
    week = STREAM.applications(*ALL).set_index("application_id")["week"]
    for part in (week < 52, week >= 52):
        assert DEFAULT[part].mean() == pytest.approx(CHANCE[part].mean(), abs=0.006)


def test_income_in_cents_does_not_change_the_truth() -> None:
    quiet = default_probability(Stream(5, ()), 30, 33)
    assert default_probability(STREAM, 30, 33).equals(quiet)


def test_the_signal_tells_more_than_was_recorded() -> None:
    signal = underwriter_signal(STREAM, *ALL)
    log_odds = np.log(CHANCE / (1 - CHANCE))
    informed = log_odds + SIGNAL_STRENGTH * signal
    assert roc_auc_score(DEFAULT, informed) > roc_auc_score(DEFAULT, CHANCE) + 0.1


def test_the_signal_shows_in_no_column() -> None:
    table = STREAM.applications(*ALL).select_dtypes("number")
    signal = underwriter_signal(STREAM, *ALL).to_numpy()
    paid = DEFAULT.to_numpy() == 0
    correlations = [np.corrcoef(column[paid], signal[paid])[0, 1] for _, column in table.items()]
    assert np.abs(correlations).max() < 0.02


def test_only_the_shock_changes_what_makes_people_default() -> None:
    weights = [cause_weights(STREAM, week) for week in range(WEEKS)]
    assert all(week.equals(weights[0]) for week in weights[:52])
    assert all(week.equals(weights[52]) for week in weights[52:])
    assert not weights[51].equals(weights[52])


def test_the_planted_events_are_those_of_the_syllabus() -> None:
    events = planted_events(STREAM)
    assert list(events["event"]) == [
        "income in cents",
        "campaign",
        "December baskets",
        "economic shock",
    ]
    assert list(events["first"]) == [30, 38, 46, 52]
    assert list(events["last"].fillna(WEEKS - 1)) == [33, 77, 51, 77]


def test_a_stream_without_events_has_an_empty_list_of_them() -> None:
    assert planted_events(Stream(5, ())).empty


def test_what_a_model_may_use_says_nothing_of_the_oracle() -> None:
    recorded = set(STREAM.applications(0).columns)
    assert not recorded & {"probability", "signal", "approved", "default"}
    assert not hasattr(STREAM, "probability")
    assert "never for training" in str(oracle.__doc__)

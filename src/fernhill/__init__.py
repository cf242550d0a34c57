"""Fernhill, the simulated lender on which the course runs, and a second, smaller world.

What a lesson imports:

* ``stream.py``: ``Stream``, the applications and their labels, as Fernhill's systems hold them
* ``columns.py``: what every column means, and which of them a model may use
* ``energy.py``: ``Energy``, hourly electricity demand, for assignments
* ``oracle.py``: the truth, which no lender can know; for showing, never for training
* ``tracking.py``: an empty MLflow store for a notebook
* ``house.mplstyle``: the style of every figure

How the world is made:

* ``events.py``: the calendar of planted events, in one table
* ``risk.py``: what makes people default, before and after the economic shock
* ``applicants.py``: draws one week from the two
* ``weeks.py``: how weeks are counted
* ``dictionary.py``: writes ``docs/data_dictionary.md``
"""

from fernhill.columns import (
    CATEGORICAL,
    DATA_DICTIONARY,
    FEATURES,
    GAIN,
    LOSS,
    NUMERIC,
    SENSITIVE,
)
from fernhill.energy import Energy
from fernhill.stream import LabelsNotMatured, Stream
from fernhill.weeks import LABEL_DELAY, WEEKS, week_start

__all__ = [
    "CATEGORICAL",
    "DATA_DICTIONARY",
    "FEATURES",
    "GAIN",
    "LABEL_DELAY",
    "LOSS",
    "NUMERIC",
    "SENSITIVE",
    "WEEKS",
    "Energy",
    "LabelsNotMatured",
    "Stream",
    "week_start",
]

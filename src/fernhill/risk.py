"""The truth about who defaults: the weight of each cause, and what an underwriter could see."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Arrays = Mapping[str, npt.NDArray[Any]]

SIGNAL_STRENGTH = 1.6  # how far the mean signals of defaulters and payers are apart
RULE_LIMIT = 1.05  # a score by the rule of thumb above this sent an application to an underwriter
SIGNAL_LIMIT = -0.2  # the underwriter approved where the signal was no worse than this


@dataclass(frozen=True)
class Weights:
    """How strongly each cause moves the log-odds of default."""

    intercept: float = 0.0
    overstated: float = 0.0
    burden: float = 0.0
    low_inflow: float = 0.0
    thin_file: float = 0.0
    late_payments: float = 0.0
    credit_use: float = 0.0
    enquiries: float = 0.0
    term: float = 0.0
    partner: float = 0.0
    electronics: float = 0.0


CALM = Weights(
    intercept=-2.72,
    overstated=1.75,
    burden=0.15,
    low_inflow=0.20,
    thin_file=0.50,
    late_payments=0.48,
    credit_use=1.20,
    enquiries=0.13,
    term=0.10,
    partner=0.30,
    electronics=0.10,
)

SHOCK = Weights(
    intercept=-2.15,
    overstated=0.25,
    burden=0.62,
    low_inflow=0.70,
    thin_file=0.10,
    late_payments=0.06,
    credit_use=2.10,
    enquiries=0.05,
    term=0.65,
    partner=0.05,
    electronics=0.30,
)

# The rule of thumb of the past: late payments, a thin file, a large loan for the income.
RULE = Weights(burden=0.40, low_inflow=0.40, thin_file=1.00, late_payments=1.20)


def causes(truth: Arrays) -> dict[str, Floats]:
    """The value of each cause of default for applications as they truly are."""
    log_inflow = np.log(truth["inflow"] / 2200)
    return {
        "intercept": np.ones(len(log_inflow)),
        "overstated": np.log(truth["income"] / truth["inflow"]),
        "burden": np.log(truth["amount"] / 400) - log_inflow,
        "low_inflow": -log_inflow,
        "thin_file": np.exp(-truth["tenure"] / 60),
        "late_payments": truth["late_payments"],
        "credit_use": truth["credit_use"] - 0.4,
        "enquiries": truth["enquiries"],
        "term": (truth["term"] - 9) / 12,
        "partner": (truth["channel"] == "partner").astype(float),
        "electronics": (truth["basket"] == "electronics").astype(float),
    }


def score(truth: Arrays, weights: Weights) -> Floats:
    """The weighted sum of the causes: under the world's weights, the log-odds of default."""
    values = causes(truth)
    total = np.zeros(len(truth["inflow"]))
    for cause in fields(Weights):
        total += getattr(weights, cause.name) * values[cause.name]
    return total


def probability(log_odds: Floats) -> Floats:
    """Turn log-odds into probabilities."""
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=float)

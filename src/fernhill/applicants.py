"""One week of Fernhill, drawn: who applies, who defaults, and what an underwriter saw."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fernhill.events import Event, World, world_at
from fernhill.risk import (
    RULE,
    RULE_LIMIT,
    SIGNAL_LIMIT,
    SIGNAL_STRENGTH,
    Arrays,
    Floats,
    probability,
    score,
)
from fernhill.weeks import FIRST_DAY

CHANNELS = np.array(["web", "app", "store", "partner"])
BASKETS = np.array(["electronics", "fashion", "furniture", "household", "gifts"])
TERMS = np.array([3.0, 6.0, 12.0, 24.0])

# Each purpose has its own random generator, so that changing one draw leaves the others alone.
VOLUME, PEOPLE, LOANS, OUTCOMES, SIGNALS, TIMES = range(6)


@dataclass(frozen=True)
class Week:
    """Everything about one week; ``recorded`` is all that Fernhill's systems hold of it."""

    recorded: Arrays
    probability: Floats
    default: npt.NDArray[np.int64]
    signal: Floats
    approved: npt.NDArray[np.bool_]


def draw_week(seed: int, week: int, events: tuple[Event, ...]) -> Week:
    """Draw one week from nothing but the seed, the number of the week and the events."""
    world = world_at(week, events)
    size = int(_generator(seed, week, VOLUME).poisson(world.applications))
    truth = _people(_generator(seed, week, PEOPLE), size, world)
    truth |= _loans(_generator(seed, week, LOANS), size, world)
    chance = probability(score(truth, world.weights))
    default = (_generator(seed, week, OUTCOMES).random(size) < chance).astype(np.int64)
    signal = _generator(seed, week, SIGNALS).standard_normal(size) + SIGNAL_STRENGTH * default
    recorded = {
        "application_id": 1_000_000 + 10_000 * week + np.arange(size),
        "week": np.full(size, week),
        "decided_at": _times(_generator(seed, week, TIMES), size, week),
        **truth,
        "income": np.where(
            truth["channel"] == "partner",
            truth["income"] * world.partner_income_unit,
            truth["income"],
        ),
    }
    approved = (score(truth, RULE) <= RULE_LIMIT) | (signal <= SIGNAL_LIMIT)
    return Week(recorded, chance, default, signal, approved)


def _generator(seed: int, week: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng((seed, week, purpose))


def _pick(
    random: np.random.Generator, size: int, choices: npt.NDArray[Any], shares: list[float]
) -> npt.NDArray[Any]:
    """Draw one of the choices, each in its share, for every application."""
    edges = np.cumsum(shares)
    return choices[np.searchsorted(edges / edges[-1], random.random(size), side="right")]


def _people(random: np.random.Generator, size: int, world: World) -> dict[str, Any]:
    """Who applies: the young have thin files, small inflows and more late payments."""
    rest = 1 - world.partner_share
    shares = [0.45 * rest, 0.33 * rest, 0.22 * rest, world.partner_share]
    channel = _pick(random, size, CHANNELS, shares)
    partner = channel == "partner"
    low, high = world.partner_ages
    others = np.select([channel == "app", channel == "store"], [2.8, 1.9], default=2.3)
    age = 18 + np.floor(
        62 * random.beta(np.where(partner, low, 1.5), np.where(partner, high, others))
    )
    youth = np.exp((18 - age) / 6)  # 1 at 18 years, a third at 25
    inflow = 2300 * np.exp(0.30 * random.standard_normal(size) - 0.35 * youth)
    overstatement = np.exp(0.08 + 0.38 * random.standard_normal(size))
    return {
        "age": age.astype(np.int64),
        "age_band": np.select([age <= 25, age <= 40], ["18-25", "26-40"], default="41+"),
        "channel": channel,
        "income": np.maximum(10 * np.round(inflow * overstatement / 10), 100.0),
        "inflow": np.round(inflow),
        "tenure": 12 + np.floor(12 * (age - 17) * random.beta(1.3, 2.2, size)),
        "late_payments": random.poisson(0.37 + 0.6 * youth).astype(float),
        "credit_use": np.round(random.beta(2.15 + 1.8 * youth, 3.2), 2),
        "enquiries": random.poisson(1.2, size).astype(float),
    }


def _loans(random: np.random.Generator, size: int, world: World) -> dict[str, Any]:
    """What they want to buy, for how much, and over how many months they would pay."""
    rest = (1 - world.gift_share) / 0.94
    shares = [0.30 * rest, 0.27 * rest, 0.14 * rest, 0.23 * rest, world.gift_share]
    basket = _pick(random, size, BASKETS, shares)
    price = np.select([basket == name for name in BASKETS], [520.0, 180.0, 650.0, 260.0, 220.0])
    amount = world.amount_factor * price * np.exp(0.55 * random.standard_normal(size))
    return {
        "basket": basket,
        "amount": np.round(amount, 2),
        "term": _pick(random, size, TERMS, [0.30, 0.35, 0.25, 0.10]),
    }


def _times(random: np.random.Generator, size: int, week: int) -> npt.NDArray[Any]:
    """When each decision was taken, in order, to the second."""
    seconds = np.sort(random.integers(7 * 24 * 3600, size=size))
    return FIRST_DAY + np.timedelta64(7 * week, "D") + seconds.astype("timedelta64[s]")

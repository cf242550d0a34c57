"""The planted truth: what Fernhill's world is like, and which events change it in which weeks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from fernhill.risk import CALM, SHOCK, Weights


@dataclass(frozen=True)
class World:
    """What one week is drawn from; an event replaces some of these values for some weeks."""

    applications: float = 900.0  # mean number in a week
    partner_share: float = 0.15  # of applications, through partner shops
    partner_ages: tuple[float, float] = (1.5, 1.5)  # of the beta distribution, 18 to 80 years
    gift_share: float = 0.06  # of baskets
    amount_factor: float = 1.0  # on the price of every basket
    partner_income_unit: float = 1.0  # what partner shops multiply the income by when they send it
    weights: Weights = CALM  # of the causes of default


@dataclass(frozen=True)
class Event:
    """Something that happens to Fernhill from a first week to a last one, both included."""

    name: str
    first: int
    last: int | None  # None: it does not end
    story: str
    changes: Mapping[str, Any] = field(hash=False)

    def __post_init__(self) -> None:
        """Refuse an event that ends before it begins, or that changes what no world has."""
        if self.last is not None and self.last < self.first:
            raise ValueError(f"Event {self.name!r} ends in week {self.last}, before it begins.")
        unknown = sorted(set(self.changes) - {entry.name for entry in fields(World)})
        if unknown:
            raise ValueError(f"Event {self.name!r} changes {unknown}, which a World does not have.")

    def active(self, week: int) -> bool:
        """Whether the event acts in this week."""
        return self.first <= week and (self.last is None or week <= self.last)


FERNHILL = (
    Event(
        name="income in cents",
        first=30,
        last=33,
        story="Partner shops send income in cents; the applicants are the same as ever.",
        changes={"partner_income_unit": 100.0},
    ),
    Event(
        name="campaign",
        first=38,
        last=None,
        story="A campaign brings many young applicants through partner shops.",
        changes={"partner_share": 0.40, "partner_ages": (1.0, 6.0)},
    ),
    Event(
        name="December baskets",
        first=46,
        last=51,
        story="People buy gifts, and baskets cost more.",
        changes={"gift_share": 0.35, "amount_factor": 1.5},
    ),
    Event(
        name="economic shock",
        first=52,
        last=None,
        story="Other causes than before decide who defaults; applicants look the same.",
        changes={"weights": SHOCK},
    ),
)


def world_at(week: int, events: tuple[Event, ...]) -> World:
    """The world of one week; where two events change the same value, the later entry wins."""
    world = World()
    for event in events:
        if event.active(week):
            world = replace(world, **event.changes)
    return world

"""What a confined process must not be able to do, and what it must: tried out, never assumed.

``forbidden`` and ``needed`` list the acts; the trial runs them all and hands on the findings.
"""

from collections.abc import Callable
from dataclasses import dataclass

from batchgrader.isolation.world import World


@dataclass(frozen=True)
class Act:
    """Something to try: ``name`` completes the sentence "a notebook can ..."."""

    name: str
    run: Callable[[World], object]
    forbidden: bool = True


@dataclass(frozen=True)
class Finding:
    """How an act went, and whether that is as it should be."""

    name: str
    forbidden: bool
    holds: bool
    detail: str = ""


def attempt(act: Act, world: World) -> Finding:
    """Try one act; what went wrong is said in the detail."""
    try:
        act.run(world)
    except Exception as error:
        return Finding(act.name, act.forbidden, act.forbidden, f"{type(error).__name__}: {error}")
    return Finding(act.name, act.forbidden, not act.forbidden)

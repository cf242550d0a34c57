"""How the kernel, and the seals in a test, speak to the guard that nobody can reach."""

import sys
from collections.abc import Callable
from typing import Any

# Kept here, whatever becomes of ``sys.audit``.
audit = sys.audit
EVENT = "batchgrader.guard"


class Calls:
    """Functions that tell the guard something; what they are given, they give back."""

    def imported(self, name: str) -> None:
        """A module was imported after the guard began; its loader tells."""
        audit(EVENT, "imported", {"name": name})

    def showing(self, show: Callable[..., Any]) -> Callable[..., Any]:
        """IPython's own way to show an error, which the guard hears of first."""

        def showtraceback(*arguments: Any, **options: Any) -> None:
            slot: dict[str, Any] = {}
            audit(EVENT, "failed", slot)
            if not slot.get("probing"):
                show(*arguments, **options)

        return showtraceback

    def seals(self) -> tuple[Callable[..., Any], ...]:
        """What the seals of one test call; new functions each time."""

        def look(place: int | None = None) -> None:
            audit(EVENT, "look", {} if place is None else {"place": place})

        def see(value: Any) -> Any:
            audit(EVENT, "see", {"value": value})
            return value

        def end(value: Any = None) -> Any:
            audit(EVENT, "end", {"value": value})
            return value

        return look, see, end

"""The simulated learners of the demo class: who they are, how able, and what befalls them."""

import math
import random
from dataclasses import dataclass
from typing import Literal

from coursekit.content.submissions import Exercise

Fate = Literal[
    "perfect", "typical", "late", "blank", "endless loop", "dead kernel", "copied cell",
    "cut-off file", "absent",
]  # fmt: skip

# The fates of 24 learners, in the order in which a smaller class meets them.
FATES: tuple[Fate, ...] = (
    "perfect", "typical", "endless loop", "dead kernel", "copied cell", "cut-off file",
    "blank", "late", "typical", "typical", "perfect", "typical", "typical", "typical",
    "late", "typical", "typical", "absent", "typical", "typical", "typical", "typical",
    "typical", "typical",
)  # fmt: skip
ONCE = {"endless loop", "dead kernel", "copied cell", "cut-off file", "absent"}

FIRST = (
    "Amara", "Bogdan", "Chiara", "Daniel", "Elif", "Farid", "Grace", "Hiroshi", "Ingrid", "Jorge",
    "Katarzyna", "Liam", "Mei", "Nadia", "Oluwaseun", "Priya", "Quentin", "Rosa", "Samir", "Tomás",
    "Ursula", "Viktor", "Wanjiru", "Yusuf",
)  # fmt: skip
LAST = (
    "Okafor", "Ionescu", "Ricci", "Weber", "Yıldız", "Haddad", "Mensah", "Tanaka", "Larsen",
    "Castillo", "Nowak", "Byrne", "Chen", "Petrova", "Adeyemi", "Raman", "Lefèvre", "Delgado",
    "Khoury", "Novák", "Keller", "Horvat", "Kamau", "Demir",
)  # fmt: skip
PLAIN = str.maketrans("áèéíıöüÿş", "aeeiiouys")


@dataclass(frozen=True)
class Learner:
    """One simulated learner; ``id`` names the folders, ``turn`` picks what befalls them where."""

    id: str
    first_name: str
    last_name: str
    ability: float
    fate: Fate
    turn: int

    @property
    def email(self) -> str:
        """The address in the gradebook; no such mailbox exists."""
        return f"{self.id}@students.fernhill.example"

    def fate_in(self, assignment: int, assignments: int) -> Fate:
        """What befalls the learner in the n-th assignment: a mishap strikes in one of them only."""
        if self.fate in ONCE and self.turn % assignments != assignment:
            return "typical"
        return self.fate


def enrol(count: int, seed: int) -> list[Learner]:
    """A class of ``count`` learners; a larger class begins with the learners of a smaller one."""
    return [_learner(index, seed) for index in range(count)]


def _learner(index: int, seed: int) -> Learner:
    lap, place = divmod(index, len(FIRST))
    first, last = FIRST[place], LAST[(place + 7 * lap) % len(LAST)]
    name = f"{first}.{last}".lower().translate(PLAIN)
    again = lap // len(LAST)  # 24 laps of 24 names, then the names begin again
    return Learner(
        id=f"{name}.{again + 1}" if again else name,
        first_name=first,
        last_name=last,
        ability=random.Random(f"{seed}/ability/{index}").gauss(0.7, 1.1),
        fate=FATES[index % len(FATES)],
        turn=index + lap,
    )


def difficulty(exercise: Exercise, seed: int) -> float:
    """How hard an exercise is on the scale of ability: its stars, and a little of its own."""
    own = random.Random(f"{seed}/difficulty/{exercise.id}").gauss(0, 0.4)
    return {0: 0.0, 1: -0.9, 2: 0.1}.get(exercise.stars, 1.0) + own


def chance(ability: float, hardness: float) -> float:
    """Probability of a right answer (Rasch model with a slope of 1.6)."""
    return 1 / (1 + math.exp(-1.6 * (ability - hardness)))

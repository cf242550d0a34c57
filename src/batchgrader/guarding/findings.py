"""What the guard found: data that crosses from the kernel to the worker; words are made outside."""

from dataclasses import dataclass
from typing import Any

# The longest name that is passed on; longer ones can only come out of a submission.
LONGEST_NAME = 80


@dataclass(frozen=True)
class Finding:
    """Something that was not as the instructor's tests need it.

    ``kind`` is a short stable word: "function", "code", "hook", "trace", "module", "builtin",
    "given", "equal", "moment", "probe", "reach", "variable" from within the kernel; "word",
    "ending", "cleared", "diverted", "result" from outside of it. ``name`` says what it is about.
    """

    kind: str
    name: str

    @classmethod
    def of(cls, data: Any) -> "Finding":
        """Read what ``data`` wrote; raises ValueError for anything else."""
        match data:
            case [str(kind), str(name)]:
                return cls(kind[:LONGEST_NAME], name[:LONGEST_NAME])
        raise ValueError("not a finding")

    def data(self) -> list[str]:
        """The finding as JSON can carry it."""
        return [self.kind, self.name[:LONGEST_NAME]]

"""What a worker orders of the fork server: one kernel, where it lives and what it may use."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from batchgrader.isolation.boundary import Boundary


@dataclass(frozen=True)
class Order:
    """One kernel to be.

    ``argv`` is the kernelspec's command with the connection file in its place; it is run where the
    kernel cannot be a fork (``warm`` is false). A kernel that ``tells`` says when its sockets are
    bound. ``folder`` is the working folder, ``private`` the folder for temporary files,
    ``environment`` the whole environment and not an addition.
    """

    argv: tuple[str, ...]
    connection_file: str
    folder: str
    private: str
    environment: dict[str, str]
    boundary: Boundary
    warm: bool = True
    tells: bool = True
    kernel_class: str = ""

    def to_message(self) -> dict[str, Any]:
        """What goes over the wire."""
        return asdict(self) | {"boundary": self.boundary.to_json()}

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> "Order":
        """Read what ``to_message`` wrote; raises ValueError for anything else."""
        try:
            values = {field.name: message[field.name] for field in fields(cls)}
            values["argv"] = tuple(values["argv"])
            values["boundary"] = Boundary.from_json(values["boundary"])
            return cls(**values)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an order for a kernel: {error!r}") from error

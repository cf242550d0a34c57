"""What a worker orders of the fork server: one kernel, where it lives and what it may use."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from batchgrader.isolation.boundary import Boundary
from batchgrader.kernels import ONE_THREAD

# What a server that runs notebooks for people passes on to its kernels, and means itself.
_OF_THE_PARENT = ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "JPY_SESSION_NAME", "PYTHONSTARTUP")


@dataclass(frozen=True)
class Order:
    """One kernel to be.

    ``argv`` is the kernelspec's command with the connection file in its place; it is run where the
    kernel cannot be a fork (``warm`` is false). A kernel that ``tells`` says when its sockets are
    bound. ``folder`` is the working folder, ``environment`` the whole environment and not an
    addition.
    """

    argv: tuple[str, ...]
    connection_file: str
    folder: str
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


def own_command(connection_file: str, kernel_class: str = "") -> list[str]:
    """The command that starts a kernel of ours from nothing; a fork says it was started by it."""
    chosen = [f"--IPKernelApp.kernel_class={kernel_class}"] if kernel_class else []
    return [sys.executable, "-P", "-m", "batchgrader.kernels.cold", "-f", connection_file, *chosen]


def kernel_environment(base: Mapping[str, str], private: Path) -> dict[str, str]:
    """The environment of a kernel, made of that which it is given.

    ``private`` is its folder for temporary files, and its home.
    """
    made = ONE_THREAD | {name: text for name, text in base.items() if name not in _OF_THE_PARENT}
    if not any(name in made for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        made["LC_CTYPE"] = "C.UTF-8"  # as Python has it itself where nothing else is said
    return made | dict.fromkeys(("HOME", "TMPDIR", "JOBLIB_TEMP_FOLDER"), str(private))

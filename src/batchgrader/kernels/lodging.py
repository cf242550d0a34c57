"""Where one kernel lives: its folders and sockets, its environment, and what it may use."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from batchgrader.isolation.boundary import Boundary
from batchgrader.kernels import ONE_THREAD
from batchgrader.kernels.order import Order, kernel_environment, own_command
from batchgrader.kernels.sources import Source

# What a kernel gets of the environment of its worker. All else may be secret: tokens, passwords,
# the address of the gradebook.
PASSED = (
    *("PATH", "PYTHONPATH", "PYTHONHASHSEED", "VIRTUAL_ENV", "CONDA_PREFIX", "JUPYTER_PATH"),
    *("LANG", "LANGUAGE", "TZ", "MPLBACKEND", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING"),
    *ONE_THREAD,
)

# Kernels of ours keep no history of what was typed.
_NO_HISTORY = "--HistoryManager.hist_file="


@dataclass(frozen=True)
class Lodging:
    """The place of one kernel; the runner makes one for each kernel of a submission.

    ``folder`` is the working folder, ``private`` the one for temporary files, ``sockets`` an empty
    folder for the connection file and the sockets, ``log`` a path that does not exist yet.
    """

    folder: Path
    private: Path
    sockets: Path
    log: Path
    source: Source
    environment: Mapping[str, str] = field(default_factory=dict)

    def order(
        self,
        argv: Sequence[str],
        extra: Sequence[str],
        connection_file: str,
        environment: dict[str, str],
    ) -> Order:
        """What to ask of the fork server.

        ``argv`` is the command of the kernelspec, ``extra`` what the configuration adds to it. A
        kernel is forked if its command is this environment's IPython kernel, as it comes.
        """
        recipe = self.source.recipe
        extra = [word for word in extra if not word.startswith(_NO_HISTORY)]
        python = Path(argv[0]).absolute() == Path(sys.executable).absolute()
        own = python and "ipykernel_launcher" in argv
        if own:
            argv = own_command(connection_file, recipe.kernel_class)
        return Order(
            argv=(*argv, *extra),
            connection_file=connection_file,
            folder=str(self.folder),
            environment=environment,
            boundary=Boundary(
                writable=tuple(str(path) for path in (self.folder, self.private, self.sockets)),
                readable=recipe.readable,
                hidden=(str(self.source.scratch),),
                keep_out=recipe.secret,
                **recipe.limits,
            ),
            warm=own and recipe.warm and not extra,
            tells=own,
            kernel_class=recipe.kernel_class,
        )

    def whole_environment(self) -> dict[str, str]:
        """All that the kernel gets to know of the environment."""
        names = [*PASSED, *self.source.recipe.passed]
        names += [name for name in os.environ if name.startswith("LC_")]
        base = {name: os.environ[name] for name in names if name in os.environ}
        base |= {"USER": "student", "LOGNAME": "student", "SHELL": "/bin/sh"}
        return kernel_environment(base, self.private) | dict(self.environment)

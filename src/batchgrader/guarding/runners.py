"""How the code of a test comes to run: the seam between the guard and the place of tests."""

import builtins
import secrets
from collections.abc import Callable
from typing import Any, Protocol

from batchgrader.guarding.calls import Calls
from batchgrader.guarding.seals import Seals
from batchgrader.guarding.texts import Texts
from batchgrader.guarding.veil import Veil

SAME_PROCESS = "same process"


class TestRunner(Protocol):
    """Brings one test to run and says afterwards whether it still had its hands on it.

    The guard asks for a runner by the name in the worker's order, and calls ``begin`` when
    everything is in its place, ``intact`` between a test's statements and ``finish`` when it has
    ended; in between IPython runs the cell as it does any other. All that reaches the guard from a
    test are the calls that ``begin`` gave it. A runner that keeps tests in one process and answers
    in another fits in here: its ``begin`` gives IPython a tree that runs the test over there, calls
    to the names in ``subjects`` cross back as data, and what it prints, shows and raises is shown
    here. Nothing else of the guard, and nothing of the worker, would change but the name.
    """

    def begin(self) -> None:
        """Have the next cell that IPython compiles run as a test."""

    def intact(self) -> bool:
        """Whether nobody has come between the test and the guard; puts right what can be."""

    def finish(self) -> None:
        """Leave IPython as it was, whether the cell was compiled or not."""


class SameProcess:
    """Runs tests where the answers are: IPython runs them with seals in their tree."""

    def __init__(self, shell: Any, calls: Calls, texts: Texts) -> None:
        self._shell, self._calls, self._texts = shell, calls, texts
        self._veil: Veil | None = None
        self._named: dict[str, Callable[..., Any]] = {}

    def begin(self) -> None:
        """Put the calls of the seals among the builtins, under names that nobody can know."""
        tag = secrets.token_hex(8)
        self._named = {f"{call.__name__}_{tag}": call for call in self._calls.seals()}
        vars(builtins).update(self._named)
        look, see, end = self._named
        seals = Seals(look, see, end, applied=self.finish)
        if self._texts.withheld is None:
            self._shell.ast_transformers.append(seals)
        else:
            self._texts.seal_with(seals)
            self._veil = Veil(self._shell)

    def intact(self) -> bool:
        """Whether the names of the seals still mean what they must."""
        space, intact = self._shell.user_ns, True
        for name, call in self._named.items():
            if name in space or vars(builtins).get(name) is not call:
                space.pop(name, None)
                vars(builtins)[name] = call
                intact = False
        return intact

    def finish(self) -> None:
        """Take the seals out of IPython's list, and the veil from before its compiler."""
        if self._veil is not None:
            self._veil.lift()
        transformers = self._shell.ast_transformers
        transformers[:] = [each for each in transformers if type(each) is not Seals]


_RUNNERS: dict[str, Callable[[Any, Calls, Texts], TestRunner]] = {SAME_PROCESS: SameProcess}


def runner_named(name: str, shell: Any, calls: Calls, texts: Texts) -> TestRunner:
    """The runner of a name; raises KeyError for one that there is none of."""
    return _RUNNERS[name](shell, calls, texts)

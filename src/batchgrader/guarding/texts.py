"""Answers for the text of a test while it runs; the guard has one and passes such commands on."""

import sys
from types import CodeType
from typing import Any

from batchgrader.guarding.askers import in_main_thread, within_notebook
from batchgrader.guarding.libraries import Libraries
from batchgrader.guarding.seals import Seals
from batchgrader.guarding.veil import lines
from batchgrader.guarding.withheld import Withheld

Slot = dict[str, Any]


class RefusedError(Exception):
    """A notebook asked for what is IPython's alone."""


class Texts:
    """Has the text of one test after another, from when the worker sends it to when it has ended.

    Each ``do_`` is a command; whatever a notebook asks for in the name of IPython it does not get.
    """

    def __init__(self, shell: Any, libraries: Libraries) -> None:
        self._shell, self._libraries = shell, libraries
        self._taken: Slot = {}
        self._seals: Seals | None = None
        self._shown = False
        self.withheld: Withheld | None = None

    def take(self) -> Slot:
        """The order of the test that is to begin: its number, its code and its subjects."""
        taken, self._taken = self._taken, {}
        return taken

    def withhold(self, code: str) -> str:
        """Keep the code of a test that begins; what IPython is given in its place."""
        self.withheld, self._shown = Withheld.of(self._shell, code, lines), False
        return code if self.withheld is None else self.withheld.stand_in

    def seal_with(self, seals: Seals) -> None:
        """Have the test sealed when its tree is asked for."""
        self._seals = seals

    def owns(self, code: CodeType) -> bool:
        """Whether some code is that of the test that runs."""
        return self.withheld is not None and self.withheld.owns(code)

    def hide_again(self) -> None:
        """Take the lines away again that the test itself has looked up."""
        if self._shown and self.withheld is not None:
            self._shown = False
            self.withheld.hide()

    def show(self) -> None:
        """Put the lines where tracebacks find them: the test has failed."""
        if self.withheld is not None:
            self.withheld.show()

    def restore(self) -> None:
        """Put the text in its place: the test has ended."""
        if self.withheld is not None:
            self.withheld.restore()
            self.withheld = None

    # ---- Commands --------------------------------------------------------------------------------

    def do_take(self, slot: Slot) -> None:
        """A request to run a test has come."""
        self._taken = dict(slot)

    def do_name(self, slot: Slot) -> None:
        """The compiler wants to name the code."""
        slot["name"] = self._asked().named(slot["number"])

    def do_parse(self, slot: Slot) -> None:
        """The compiler wants the tree, and gets one that says nothing."""
        seals = self._seals
        slot["tree"] = self._asked().stubs(seals.visit if seals else lambda tree: tree)

    def do_compile(self, slot: Slot) -> None:
        """The compiler wants the code of one statement."""
        withheld = self._asked()
        try:
            slot["code"] = withheld.compiled(slot.pop("stub"), slot["name"], slot["mode"])
        except Exception as error:  # it parses, and means nothing all the same; IPython shows that
            slot["error"] = error

    def do_lines(self, slot: Slot) -> None:
        """Somebody looks up lines of the test, and gets them where it is the test itself."""
        frame: Any = sys._getframe(1)
        while in_main_thread() and frame is not None:
            if self.withheld is not None and self.owns(frame.f_code):
                slot["text"], self._shown = self.withheld.text, True
                return
            if not self._libraries.have(frame.f_code):
                return
            frame = frame.f_back

    def _asked(self) -> Withheld:
        """The test, for IPython; raises RefusedError where a notebook asks."""
        if self.withheld is None or within_notebook(sys._getframe(1)):
            raise RefusedError
        return self.withheld

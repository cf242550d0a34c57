"""The guard of one kernel: what it does before, during and after each test.

Nothing in the process refers to it but the audit hook that ``hold`` installs. It is spoken to by
``sys.audit(EVENT, command, slot)``: what it answers, it puts into the slot.
"""

import builtins
import sys
from functools import partial
from types import CodeType
from typing import Any

from batchgrader.guarding import protected, sources
from batchgrader.guarding.askers import within_notebook
from batchgrader.guarding.calls import Calls
from batchgrader.guarding.equals import Agreeable
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.late import LateImports
from batchgrader.guarding.libraries import Libraries
from batchgrader.guarding.listening import MEMORY, Listener
from batchgrader.guarding.machinery import Machinery
from batchgrader.guarding.names import Names
from batchgrader.guarding.one_test import Test
from batchgrader.guarding.pristine import Snapshot
from batchgrader.guarding.probes import Probe
from batchgrader.guarding.runners import SAME_PROCESS, runner_named
from batchgrader.guarding.texts import RefusedError, Texts
from batchgrader.guarding.versions import of_modules
from batchgrader.guarding.words import Word, end_mark, uncovered

Slot = dict[str, Any]


class Guard:
    """Watches over the tests of one kernel; ``hold`` makes it when the worker has given a key."""

    _machinery: Machinery  # from the first cell on that is not the instructor's

    def __init__(self, kernel: Any, key: bytes, calls: Calls, snapshot: Snapshot) -> None:
        self._kernel, self._shell, self._key = kernel, kernel.shell, key
        self._calls, self._snapshot = calls, snapshot
        self._given: list[str] = []
        self._reached: list[Finding] = []
        self._begun = self._answered = False
        self._test: Test | None = None
        self._agreeable = Agreeable()
        libraries = Libraries()
        self._texts = Texts(self._shell, libraries)
        self._listener = Listener(libraries, self._is_given)

    def obey(self, command: str, slot: Slot) -> None:
        """Do what the kernel says, and answer in the slot; called by the audit hook alone.

        Where it cannot, a test gets no word, and a person looks at it.
        """
        try:
            about_text = getattr(self._texts, f"do_{command}", None)
            (about_text or getattr(self, f"_do_{command}"))(slot)
        except RefusedError:
            pass
        except Exception:
            self._kernel.log.exception("The guard could not do its part (%s)", command)

    def saw(self, event: str, arguments: tuple[Any, ...], frame: Any) -> None:
        """Note what only somebody does who changes functions or looks for what is hidden."""
        if event == "object.__setattr__":
            if self._begun:
                self._snapshot.touch(arguments[0])
        elif found := self._listener.at_any_time(event, arguments, frame):
            self._reached.append(found)
        elif self._test is not None and event not in ("open", *MEMORY):
            found = self._listener.in_a_test(event, arguments, frame)
            if found is not None and not (self._test.quiet and found.kind == "trace"):
                self._test.findings.append(found)

    # ---- Around the cells ------------------------------------------------------------------------

    def _do_cell(self, slot: Slot) -> None:
        """Keep how everything is before the first cell that is not the instructor's."""
        self._answered = self._answered or slot["cell"] == "answer"
        if self._begun and slot["cell"] == "given":
            # It must not take for genuine what it imports.
            self._reached += self._put_back()
            self._machinery.leave()
        if self._begun or slot["cell"] == "given":
            return
        self._snapshot.begin()
        self._agreeable.ignore_classes()
        late = LateImports(protected.names_of_modules(), self._calls.imported, sys.meta_path)
        sys.meta_path.insert(0, late)
        self._machinery = Machinery(self._kernel)
        self._versions = of_modules(protected.STEADY)
        self._names = Names(self._shell.user_ns, self._snapshot)
        for code in self._given:
            self._names.remember(sources.parsed(code))
        self._begun = True

    def _do_given(self, slot: Slot) -> None:
        """A cell of the instructor has run: keep what it defined."""
        if self._begun:
            self._names.remember(sources.parsed(slot["code"]))
        else:
            self._given.append(slot["code"])

    def _do_imported(self, slot: Slot) -> None:
        if self._begun:
            self._snapshot.keep(slot["name"])

    # ---- Around a test ---------------------------------------------------------------------------

    def _do_open(self, slot: Slot) -> None:
        """A test begins: put everything in its place, try the way, and have it sealed."""
        taken, found = self._texts.take(), [*slot.pop("builtins", ()), *self._put_back()]
        once = taken["once"]
        code = uncovered(self._key, once, taken["code"])  # only now does nobody overhear it
        self._test = test = Test(once, code)
        test.findings += [*self._reached, *found]
        self._reached.clear()
        test.needed = self._names.needed(test.tree) | {""}
        test.needed -= set(taken["subjects"])
        test.findings += self._names.put_in_place(test.needed)
        classes = self._agreeable.look_for_classes() if self._answered else self._agreeable.classes
        self._answered = False
        test.findings += [Finding("equal", kind.__name__) for kind in classes]
        show = partial(type(self._shell).showtraceback, self._shell)
        self._machinery.lend("showtraceback", self._calls.showing(show))
        test.probing = True
        test.findings += [Finding("probe", each) for each in Probe(self._shell).faults(code, once)]
        test.probing = test.failed = False
        slot["code"] = self._texts.withhold(code)
        name = taken.get("runner", SAME_PROCESS)
        self._runner = runner_named(name, self._shell, self._calls, self._texts)
        self._runner.begin()

    def _do_close(self, slot: Slot) -> None:
        """A test has ended: look whether all is as it was, and give the word on it."""
        test = self._test
        if test is None or within_notebook(sys._getframe(1)):
            return
        self._test = None
        self._runner.finish()
        self._texts.restore()
        if test.ended:
            test.compare_variables(len(test.tree.body), self._shell.user_ns)
        if not self._machinery.take_back():
            test.find(Finding("hook", "shell.showtraceback"))
        test.find(*slot.pop("builtins", ()), *self._put_back())
        self._machinery.leave()
        test.find(*self._names.put_in_place_again())
        self._names.leave(sources.bound(test.tree))
        self._names.remember(test.tree)
        test.findings += self._reached
        self._reached.clear()
        passed = test.passed and slot["status"] == "ok"
        word = Word(passed, test.number if passed else None, test.all_findings())
        slot["word"] = word.signed(self._key, test.once)
        slot["end"] = end_mark(self._key, test.once)

    # ---- While a test runs -----------------------------------------------------------------------

    def _do_look(self, slot: Slot) -> None:
        test = self._test
        if test is None or not test.look():
            return
        if "place" in slot:
            self._texts.hide_again()
            test.compare_variables(slot["place"], self._shell.user_ns)
            self._compare_versions(test)
        if not (self._snapshot.intact() and self._machinery.intact()):
            test.findings += self._put_back()
            test.versions = self._versions.now()
        test.findings += self._names.put_in_place_again()
        if not self._runner.intact():
            test.findings.append(Finding("function", "batchgrader.guarding"))

    def _do_see(self, slot: Slot) -> None:
        test = self._test
        kind = self._agreeable.equals_all(slot["value"]) if test is not None else None
        if test is not None and kind is not None:
            test.findings.append(Finding("equal", kind.__name__))

    def _do_end(self, slot: Slot) -> None:
        test = self._test
        if test is not None and not test.probing:
            self._compare_versions(test)
            test.end(slot.get("value"))

    def _do_failed(self, slot: Slot) -> None:
        """An error is about to be shown."""
        if self._test is not None:
            self._test.failed = True
            slot["probing"] = self._test.probing
            self._texts.show()

    def _is_given(self, code: CodeType) -> bool:
        """Whether some code is the test's own, or that of a function of the instructor's."""
        return self._texts.owns(code) or self._names.owns(code)

    def _compare_versions(self, test: Test) -> None:
        """See whether a module that the test leans on was changed, be it for a moment."""
        if test.versions:
            test.find(
                *(
                    Finding("moment", name)
                    for name in self._versions.changed(test.versions)
                    if protected.STEADY[name] in test.needed
                )
            )
        test.versions = self._versions.now()

    def _put_back(self) -> list[Finding]:
        """Make all that is kept what it was; says what was not."""
        space = self._shell.user_ns
        found = [*self._snapshot.put_back(), *self._machinery.put_back()]
        now = space.get("__builtins__")
        if now is not builtins and now is not vars(builtins):
            space["__builtins__"] = builtins
            found.append(Finding("module", "__builtins__"))
        return found

"""Stands in for IPython's compiler while a test is brought to run, so that nothing holds its text.

What it gives to IPython it asks the guard for, piece by piece; it keeps nothing itself.
"""

import ast
from contextlib import AbstractContextManager
from typing import Any

from batchgrader.guarding.calls import EVENT, audit


class Veil:
    """A compiler for one cell; ``SameProcess`` draws it, and IPython calls it as its own."""

    def __init__(self, shell: Any) -> None:
        self._shell, self._compile = shell, shell.compile
        shell.compile = self

    def lift(self) -> None:
        """Give the shell its own compiler back; the running cell keeps this one."""
        if self._shell.compile is self:
            self._shell.compile = self._compile

    def cache(self, cell: str, number: int = 0, raw_code: str | None = None) -> str:
        """The name that the code of the test has."""
        slot: dict[str, Any] = {"number": number}
        audit(EVENT, "name", slot)
        return str(slot["name"])

    def ast_parse(self, source: str, filename: str = "", symbol: str = "exec") -> ast.Module:
        """As many statements as the test has; what they say is not in them."""
        self.lift()
        slot: dict[str, Any] = {}
        audit(EVENT, "parse", slot)
        tree: ast.Module = slot["tree"]
        return tree

    def extra_flags(self, flags: int) -> AbstractContextManager[None]:
        """As IPython's."""
        given: AbstractContextManager[None] = self._compile.extra_flags(flags)
        return given

    def __call__(self, tree: Any, name: str, mode: str, **options: Any) -> Any:
        """The code of one statement of the test."""
        slot: dict[str, Any] = {"stub": tree.body[0], "name": name, "mode": mode}
        audit(EVENT, "compile", slot)
        if "error" in slot:
            raise slot.pop("error")
        return slot["code"]


def lines() -> str | None:
    """The text of the test that runs, for those who may have it; ``linecache`` asks."""
    slot: dict[str, Any] = {}
    audit(EVENT, "lines", slot)
    return slot.get("text")

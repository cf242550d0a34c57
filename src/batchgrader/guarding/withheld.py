"""Keeps the text of a test where no answer can find it; the guard has one while a test runs.

IPython is given a stand-in, and the statements of the test one by one, compiled, when their turn
comes. The text is put in its place when the test has ended, or has failed and is to be shown.
"""

import ast
import contextlib
import linecache
import types
from collections.abc import Callable
from typing import Any

_SAID = "# The text of a test is kept elsewhere while it runs.\n"


class Withheld:
    """One test's text and its tree; ``ask`` is what a line of it is asked with while it runs."""

    name = ""  # of its code, as tracebacks know it; set when IPython asks for it

    def __init__(self, shell: Any, code: str, ask: Callable[[], str | None]) -> None:
        self._shell, self._code, self._ask = shell, code, ask
        self._compiler = shell.compile
        self._text = self._transformed()
        self._tree: ast.Module = shell.compile.ast_parse(self._text)
        waits = bool(shell.autoawait) and _waits(self._text)
        silent = shell.displayhook.semicolon_at_end_of_expression(self._text)
        # IPython learns from the text whether a test waits for something, and shows its result.
        self.stand_in = _SAID + ("await None" if waits else "pass") + (";" if silent else "")
        self._nodes: dict[int, tuple[ast.stmt, ast.stmt]] = {}
        self._codes: set[int] = set()
        self._kept: list[types.CodeType] = []

    @classmethod
    def of(cls, shell: Any, code: str, ask: Callable[[], str | None]) -> "Withheld | None":
        """What is kept of a test; None for one that must go IPython's own way, as it runs no code.

        Where the instructor's cells have set transformers, those see the test as they always do.
        """
        if not code.strip() or shell.ast_transformers:
            return None
        if shell.history_manager._exit_re.match(code.strip()):
            return None
        try:
            return cls(shell, code, ask)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return None  # IPython comes upon it too, and shows it

    def _transformed(self) -> str:
        """The text as it will be compiled; IPython keeps that of short cells, and must not."""
        space, name = vars(self._shell), "_last_input_line"
        before = space.get(name)
        for kind in type(self._shell).__mro__:
            if name in vars(kind):
                delattr(kind, name)  # or it would hear the text
        try:
            text: str = self._shell.transform_cell(self._code)
        finally:
            self._last = space.get(name)
            setattr(self._shell, name, before)
        return text

    def named(self, number: int) -> str:
        """The name of the code, noted where IPython notes it, and its lines hidden behind it."""
        self.name = str(self._compiler.get_code_name(self._code, self._text, number))
        _put(self._compiler._filename_map, self.name, number)
        self.hide()
        return self.name

    def hide(self) -> None:
        """Take the lines away again."""
        _put(linecache.cache, self.name, (self._ask,))

    @property
    def text(self) -> str:
        """The text as it was compiled."""
        return self._text

    def stubs(self, seal: Callable[[ast.Module], ast.Module]) -> ast.Module:
        """A tree that says nothing, of as many statements as the sealed test has."""
        pairs = [(node, _stub(node)) for node in seal(self._tree).body]
        self._tree = ast.Module([], [])
        self._nodes = {id(stub): (node, stub) for node, stub in pairs}
        return ast.Module([stub for _, stub in pairs], [])

    def compiled(self, stub: ast.stmt, name: str, mode: str) -> types.CodeType:
        """The code of the statement that a stub stands for, once."""
        node, _ = self._nodes.pop(id(stub), (stub, stub))
        tree = ast.Module([node], []) if mode == "exec" else ast.Interactive([node])
        code: types.CodeType = self._compiler(tree, name, mode)
        self._note(code)
        return code

    def owns(self, code: types.CodeType) -> bool:
        """Whether some code is the test's."""
        return id(code) in self._codes

    def show(self) -> None:
        """Put the lines where tracebacks find them."""
        if self.name:
            lines = [line + "\n" for line in self._text.splitlines()]
            _put(linecache.cache, self.name, (len(self._text), None, lines, self.name))

    def restore(self) -> None:
        """Make IPython remember the test as any cell."""
        self.show()
        if self._last is not None:
            self._shell._last_input_line = self._last
        with contextlib.suppress(Exception):
            self._restore_history()
        with contextlib.suppress(Exception):
            about = self._shell.last_execution_result.info
            if about.raw_cell == self.stand_in:
                about.raw_cell, about.transformed_cell = self._code, self._text

    def _restore_history(self) -> None:
        history, raw, parsed = self._shell.history_manager, *map(_trimmed, (self._code, self._text))
        for inputs, text in ((history.input_hist_parsed, parsed), (history.input_hist_raw, raw)):
            for place in reversed(range(len(inputs))) if type(inputs) is list else ():
                if self._is_stand_in(inputs[place]):
                    inputs[place] = text
                    break
        with history.db_input_cache_lock:
            waiting = history.db_input_cache
            waiting[:] = [
                (number, parsed, raw) if self._is_stand_in(given) else (number, source, given)
                for number, source, given in waiting
            ]
        for name in ("_i", "_ii", "_iii", "_i00"):
            if self._is_stand_in(getattr(history, name)):
                setattr(history, name, raw)
        space = self._shell.user_ns
        for name in [each for each in space if type(each) is str and each.startswith("_i")]:
            if self._is_stand_in(space[name]):
                space[name] = raw

    def _is_stand_in(self, text: Any) -> bool:
        return type(text) is str and text == self.stand_in

    def _note(self, code: types.CodeType) -> None:
        self._codes.add(id(code))
        self._kept.append(code)  # so that no other can have its place in memory
        for each in code.co_consts:
            if isinstance(each, types.CodeType):
                self._note(each)


def _put(table: Any, name: str, value: Any) -> None:
    """Put something into a dictionary, and let none that a notebook has made hear of it."""
    if isinstance(table, dict):
        dict.__setitem__(table, name, value)


def _waits(text: str) -> bool:
    """Whether a cell can only run as IPython runs what waits for something."""
    try:
        compile(text, "<test>", "exec", dont_inherit=True)
    except SyntaxError:
        try:
            compile(text, "<test>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError:
            return False
        return True
    return False


def _trimmed(text: str) -> str:
    return text.rstrip("\n")


def _stub(node: ast.stmt) -> ast.stmt:
    """A statement that IPython treats as it treats another; it is never run."""
    nothing = ast.Constant(None)
    if isinstance(node, ast.Expr):
        return ast.Expr(nothing)
    if isinstance(node, ast.Assign):
        return ast.Assign(node.targets, nothing)
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return ast.Assign([node.target], nothing)
    return ast.Pass()

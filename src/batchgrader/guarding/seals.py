"""Puts the guard's own calls into the tree of a test, so that it watches while the test runs.

A test keeps its lines, its outputs and its tracebacks. Calls go where the code of the cell itself
runs, not into functions that it defines, for those may be called later or in another process.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any


class Seals(ast.NodeTransformer):
    """Seals one test cell; IPython applies it like any transformer of its own.

    ``look`` is called before each statement, with the number of one that is in no block. ``see`` is
    given both sides of each comparison, and what calls are given, and gives them back.
    ``end`` is given the value of the last expression, or nothing where the cell does not end in
    one; only a test that ran to its end calls it. ``applied`` is called when the tree is sealed.
    """

    def __init__(self, look: str, see: str, end: str, applied: Callable[[], None]) -> None:
        self._look, self._see, self._end = look, see, end
        self._applied = applied

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Seal the statements of the cell and mark its end."""
        node.body = self._sealed(node.body, outermost=True)
        last = node.body[-1] if node.body else None
        if isinstance(last, ast.Expr) and not _calls(last, self._look):
            last.value = _call(self._end, [last.value], last.value)
        else:
            node.body.append(_statement(self._end, last))
        self._applied()
        return ast.fix_missing_locations(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Leave functions as they are."""
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Leave functions as they are."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Leave classes as they are."""
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Leave functions as they are."""
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        """Look at what is compared."""
        self.generic_visit(node)
        if any(isinstance(each, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for each in node.ops):
            node.left = _seen(self._see, node.left)
            node.comparators = [_seen(self._see, each) for each in node.comparators]
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Look at what a call is given."""
        self.generic_visit(node)
        node.args = [_seen(self._see, each) for each in node.args]
        for named in node.keywords:
            if named.arg is not None:
                named.value = _seen(self._see, named.value)
        return node

    def _sealed(self, body: Sequence[ast.stmt], *, outermost: bool = False) -> list[ast.stmt]:
        sealed: list[ast.stmt] = []
        for place, statement in enumerate(body):
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list) and inner and _runs_here(statement):
                    setattr(statement, name, self._sealed(inner))
            for handler in getattr(statement, "handlers", ()):
                handler.body = self._sealed(handler.body)
            self._visit_parts(statement)
            number = [ast.Constant(place)] if outermost else []
            sealed += [_statement(self._look, statement, *number), statement]
        return sealed

    def _visit_parts(self, statement: ast.stmt) -> None:
        """Visit the expressions of a statement; its blocks are visited already."""
        if not _runs_here(statement):
            return
        for name, value in ast.iter_fields(statement):
            if isinstance(value, ast.expr):
                setattr(statement, name, self.visit(value))
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                setattr(statement, name, [self.visit(each) for each in value])


def _runs_here(statement: ast.stmt) -> bool:
    return not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _call(name: str, arguments: list[ast.expr], place: ast.AST) -> ast.Call:
    function = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), place)
    return ast.copy_location(ast.Call(func=function, args=arguments, keywords=[]), place)


def _seen(name: str, value: ast.expr) -> ast.expr:
    return value if isinstance(value, ast.Constant | ast.Starred) else _call(name, [value], value)


def _statement(name: str, place: ast.AST | None, *arguments: ast.expr) -> ast.Expr:
    at: Any = place if place is not None else ast.Pass(lineno=1, col_offset=0)
    return ast.copy_location(ast.Expr(_call(name, list(arguments), at)), at)


def _calls(statement: ast.Expr, name: str) -> bool:
    value = statement.value
    return (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == name
    )

"""What a cell of the instructor says in its source: the names that it binds, uses and patches."""

import ast
import re
from collections.abc import Iterator

# Words by which a test says that it changes the machinery itself, for a while or for good.
_PATCHES = re.compile(
    r"\b(?:patch|monkeypatch|builtins|__builtins__|setattr|settrace|setprofile)\b"
)


def parsed(source: str) -> ast.Module:
    """The source as a tree; an empty one where it is no plain Python, as with magics."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def used(tree: ast.AST) -> set[str]:
    """All names that are read anywhere in a tree."""
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def bound(tree: ast.AST) -> set[str]:
    """All names that running a cell binds in the notebook."""
    return {name for node in _outer(tree) for name in _bound_by(node)}


def defined(tree: ast.AST) -> set[str]:
    """The names that a cell gives to functions, classes, imports and CONSTANTS."""
    names = set()
    for node in _outer(tree):
        if isinstance(node, ast.Name):
            names.update([node.id] if node.id.isupper() and len(node.id) > 1 else [])
        else:
            names.update(_bound_by(node))
    return names


def patches(source: str) -> bool:
    """Whether a cell itself changes what it runs with, as a test of ``input`` does."""
    return bool(_PATCHES.search(source)) or any(
        isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(parsed(source))
    )


def _outer(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run in the notebook's own namespace, not in that of a function or class."""
    for child in ast.iter_child_nodes(tree):
        yield child
        inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        if not isinstance(child, inner):
            yield from _outer(child)


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (each.asname or each.name.partition(".")[0] for each in aliases)
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.ExceptHandler(name=str(name)):
            yield name

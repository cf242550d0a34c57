"""Which modules and classes tests lean on; the guard keeps what is in them and puts it back."""

import sys
import types
from collections.abc import Iterator
from typing import Any

# Modules of which every function, class and submodule is kept. Nothing honest replaces these.
MODULES = (
    "math", "cmath", "operator", "_operator", "statistics", "itertools", "functools", "copy",
    "json", "re", "inspect", "decimal", "fractions", "collections", "collections.abc", "string",
    "unittest", "unittest.case", "unittest.util",
    "numpy.testing", "numpy.testing._private.utils",
    "pandas.testing", "pandas._testing", "pandas._testing.asserters",
    "pandas._testing.contexts", "pandas._libs.testing",
    "ast", "dis", "tokenize", "IPython.core.inputtransformer2", "IPython.core.prefilter",
    "IPython.core.splitinput", "ipykernel.compiler",
    "pytest", "_pytest.python_api", "_pytest.raises", "_pytest.outcomes", "_pytest.recwarn",
)  # fmt: skip

# Modules of which only these are kept, for libraries add to them and replace some of them.
PARTS = {
    "numpy": (
        "abs", "absolute", "all", "allclose", "any", "argmax", "argmin", "array", "array_equal",
        "array_equiv", "asarray", "count_nonzero", "diff", "dot", "equal", "greater",
        "greater_equal", "isclose", "isfinite", "isin", "isinf", "isnan", "isscalar", "less",
        "less_equal", "linalg", "logical_and", "logical_not", "logical_or", "max", "mean",
        "median", "min", "ndarray", "not_equal", "round", "shape", "size", "sort", "sqrt", "std",
        "sum", "testing", "unique", "where",
    ),
    "numpy._core.numeric": ("allclose", "array_equal", "array_equiv", "isclose"),
    "numpy._core.fromnumeric": ("all", "any", "max", "mean", "min", "sum"),
    "pandas": ("DataFrame", "Index", "Series", "isna", "isnull", "notna", "testing"),
    "sys": ("exc_info", "_getframe", "audit", "addaudithook", "settrace", "setprofile", "gettrace"),
    "hashlib": ("blake2b",),
}  # fmt: skip

# Classes of which every method is kept, by module.
CLASSES = {
    "unittest.case": ("TestCase",),
    "_pytest.python_api": (
        "ApproxBase", "ApproxDecimal", "ApproxMapping", "ApproxNumpy", "ApproxScalar",
        "ApproxSequenceLike",
    ),
    "_pytest.raises": ("AbstractRaises", "RaisesExc", "RaisesGroup"),
    "_pytest.recwarn": ("WarningsChecker", "WarningsRecorder"),
    "pandas.core.arraylike": ("OpsMixin",),
    "ast": ("NodeTransformer", "NodeVisitor"),
    "IPython.core.interactiveshell": ("InteractiveShell", "ExecutionResult", "ExecutionInfo"),
    "IPython.core.events": ("EventManager",),
    "IPython.core.inputtransformer2": (
        "EscapedCommand", "HelpEnd", "MagicAssign", "PromptStripper", "SystemAssign",
        "TokenTransformBase", "TransformerManager",
    ),
    "IPython.core.prefilter": (
        "AssignmentChecker", "AutoHandler", "AutoMagicChecker", "AutocallChecker",
        "EmacsChecker", "EmacsHandler", "IPyAutocallChecker", "MacroChecker", "MacroHandler",
        "MagicHandler", "PrefilterChecker", "PrefilterHandler", "PrefilterManager",
        "PythonOpsChecker",
    ),
    "IPython.core.splitinput": ("LineInfo",),
    "IPython.core.compilerop": ("CachingCompiler",),
    "IPython.core.displayhook": ("DisplayHook",),
    "IPython.core.displaypub": ("DisplayPublisher",),
    "IPython.core.builtin_trap": ("BuiltinTrap",),
    "IPython.core.display_trap": ("DisplayTrap",),
    "ipykernel.zmqshell": ("ZMQInteractiveShell", "ZMQDisplayPublisher"),
    "ipykernel.displayhook": ("ZMQShellDisplayHook",),
    "ipykernel.compiler": ("XCachingCompiler",),
    "ipykernel.kernelbase": ("Kernel",),
    "ipykernel.ipkernel": ("IPythonKernel",),
    "ipykernel.iostream": ("OutStream", "IOPubThread"),
    "jupyter_client.session": ("Session",),
    "batchgrader.guarding.kernel": ("GuardedKernel",),
}  # fmt: skip

# Classes of which only these methods are kept, by module: libraries give them new ones.
METHODS = {
    "pandas": ("DataFrame", "Index", "Series"),
    "pandas.core.base": ("IndexOpsMixin",),
    "pandas.core.generic": ("NDFrame",),
}
_COMPARED_BY = frozenset((
    "__array__", "__bool__", "__contains__", "__eq__", "__ge__", "__getattr__", "__getitem__",
    "__gt__", "__iter__", "__le__", "__len__", "__lt__", "__ne__", "__nonzero__", "abs", "all",
    "any", "astype", "columns", "count", "duplicated", "empty", "eq", "equals", "ge", "gt", "iloc",
    "index", "is_unique", "isin", "isna", "isnull", "item", "le", "loc", "lt", "max", "mean", "min",
    "ne", "notna", "nunique", "round", "shape", "sum", "to_dict", "to_list", "to_numpy", "tolist",
    "unique", "value_counts", "values",
))  # fmt: skip

# Modules that nothing honest changes in the middle of a test, not even for a moment, and what a
# test calls them; builtins stand for themselves, and the guard itself leans on one.
STEADY = {
    "builtins": "",
    "dis": "",
    "math": "math",
    "cmath": "cmath",
    "operator": "operator",
    "statistics": "statistics",
    "numpy.testing": "np",
    "numpy.testing._private.utils": "np",
    "pandas._testing": "pd",
    "pandas._testing.asserters": "pd",
    "_pytest.python_api": "pytest",
}

# What a cell, or the kernel itself, rightly sets among the builtins.
FREE_BUILTINS = frozenset((
    "_", "__", "___", "__IPYTHON__", "__debug__", "copyright", "credits", "display", "exit",
    "get_ipython", "help", "input", "license", "quit",
))  # fmt: skip

_METHODS = (types.FunctionType, classmethod, staticmethod, property)


def names_of_modules() -> frozenset[str]:
    """All modules in which something is kept, loaded or not."""
    return frozenset(MODULES) | frozenset(PARTS) | frozenset(CLASSES) | frozenset(METHODS)


def kept_in(module: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """The namespaces that are kept of a loaded module: label, owner, and what is kept of it."""
    loaded = sys.modules.get(module)
    if loaded is None:
        return
    content = vars(loaded)
    if module in MODULES:
        kept = {name: value for name, value in content.items() if _tests_call(name, value)}
        yield module, loaded, kept
    elif module in PARTS:
        yield module, loaded, {name: content[name] for name in PARTS[module] if name in content}
    for name in CLASSES.get(module, ()):
        owner = content.get(name)
        if isinstance(owner, type):
            yield f"{module}.{name}", owner, methods(owner)
    for name in METHODS.get(module, ()):
        owner = content.get(name)
        if isinstance(owner, type):
            kept = {key: value for key, value in methods(owner).items() if key in _COMPARED_BY}
            yield f"{module}.{name}", owner, kept


def methods(owner: type) -> dict[str, Any]:
    """What a class defines that can be called or computed; how it shows itself is left free."""
    return {
        name: value
        for name, value in vars(owner).items()
        if isinstance(value, _METHODS) and not name.startswith(("_repr_", "__repr__", "__str__"))
    }


def _tests_call(name: str, value: object) -> bool:
    return not name.startswith("__") and (callable(value) or isinstance(value, types.ModuleType))

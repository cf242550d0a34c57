"""Finds objects that equal whatever they are compared with, for those would pass every test."""

import secrets
import types
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from batchgrader.guarding.origins import notebook_code

# Objects of exactly these types compare as Python does; containers are looked into.
_PLAIN = (bool, int, float, complex, str, bytes, type(None), types.FunctionType, type)
# What classes are usually made from.
_BASES: tuple[type, ...] = (object, int, float, str, bytes, list, tuple, dict, set, Exception)

_DEEPEST, _WIDEST, _MOST = 3, 200, 2_000


class Agreeable:
    """The test for one process: values that no honest object can equal; the guard has one."""

    def __init__(self) -> None:
        number, text = secrets.randbits(60) + 2, secrets.token_hex(8)
        self._never = (object(), number, number + 0.5, text, [text], (text,), {text: number})
        # Nothing equals two of these, that look like what tests expect.
        pick = secrets.SystemRandom().sample
        self._plain = (*pick(range(2, 1000), 3), *(each + 0.25 for each in pick(range(90), 2)))
        self._words = tuple(pick(("low", "high", "red", "blue", "no", "yes", "a", "b"), 2))
        self._number = number
        self._seen: set[int] = set()
        self.classes: list[type] = []

    def equals_all(self, thing: Any) -> type | None:
        """The class of a value, or of something in it, that says it equals what it cannot know."""
        for each in _inner(thing, _DEEPEST, iter(range(_MOST))):
            kind = type(each)
            if self._says_so(each, kind):
                return kind
        return None

    def look_for_classes(self) -> list[type]:
        """The notebook's classes whose objects equal everything; all since the guard began."""
        for kind in _new_classes(self._seen):
            if any(_of_notebook(kind, name) for name in ("__eq__", "__ne__", "__sub__")):
                thing = _made(kind)
                if thing is not None and self._says_so(thing, kind):
                    self.classes.append(kind)
        return self.classes

    def ignore_classes(self) -> None:
        """Take all classes that there are for honest; called before any code of a submission."""
        for base in _BASES:
            self._seen.update(map(id, type.__subclasses__(base)))

    def _says_so(self, thing: Any, kind: type) -> bool:
        unequal: Any = kind.__ne__
        tries: list[Callable[[], Any]] = []
        if not _is_sound(kind.__eq__):
            equal = partial(kind.__eq__, thing)
            tries += [partial(equal, never) for never in self._never]
            tries += [partial(self._many, equal, each) for each in (self._plain, self._words)]
        if _of_notebook(kind, "__ne__"):
            tries += [lambda: not any(unequal(thing, never) for never in self._never)]
        if _of_notebook(kind, "__sub__"):
            tries += [lambda: bool(abs(thing - self._number) < 1)]
        return any(map(self._yes, tries))

    def _many(self, equal: Callable[[Any], Any], values: Iterable[Any]) -> bool:
        """Whether it equals more than one of these."""
        return sum(self._yes(partial(equal, value)) for value in values) > 1

    @staticmethod
    def _yes(compare: Callable[[], Any]) -> bool:
        """Whether a comparison says yes, in whatever way an ``assert`` would believe."""
        try:
            said = compare()
            return said is not NotImplemented and bool(said)
        except Exception as error:  # whatever it raises, it is not equal
            error.__traceback__ = None  # nothing of the guard is in it any more
            return False


def _inner(thing: Any, depth: int, left: Iterator[int]) -> Iterator[Any]:
    """What is to be asked of a value: itself, or what is in it."""
    kind = type(thing)
    if kind in _PLAIN or next(left, None) is None:
        return
    if kind in (list, tuple, set, frozenset, dict):
        inner = thing.values() if kind is dict else thing
        for each in islice(inner, _WIDEST) if depth else ():
            yield from _inner(each, depth - 1, left)
    else:
        yield thing


def _is_sound(compare: object) -> bool:
    """Whether a comparison is Python's own, or a library's whose objects know what they equal."""
    if isinstance(compare, types.WrapperDescriptorType):
        return True
    if not isinstance(compare, types.FunctionType):
        return False
    path = compare.__code__.co_filename
    return not notebook_code(path) and not path.endswith("mock.py")


def _of_notebook(kind: type, name: str) -> bool:
    """Whether a class, or one of its bases, defines a method in code of a notebook."""
    method = getattr(kind, name, None)
    return isinstance(method, types.FunctionType) and notebook_code(method.__code__.co_filename)


def _made(kind: type) -> Any:
    """An object of a class that has not been initialised; None where Python makes none."""
    for base in kind.__mro__[1:]:
        try:
            return base.__new__(kind)  # type: ignore[call-overload]
        except Exception:  # the next base may make one
            continue
    return None


def _new_classes(known: set[int]) -> Iterator[type]:
    """Classes that are not known yet, made from what classes are usually made from.

    To ask every class of a process for its subclasses would take longer than a test.
    """
    waiting = list(_BASES)
    subclasses: Callable[[type], list[type]] = type.__subclasses__
    while waiting:
        for kind in subclasses(waiting.pop()):
            if id(kind) not in known:
                known.add(id(kind))
                waiting.append(kind)
                yield kind

"""Takes lines of source out of what a program printed, also where it printed them otherwise.

``HideHiddenTests`` hides hidden tests with it. Spaces, line ends, quotes and colours are looked
past, and so are escapes of Python, JSON and HTML, tags between the letters, capitals, and the
direction of reading. It finds no line that is encoded, ciphered or drawn.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator

HIDDEN = "[hidden test]"

# Shorter lines ("try:", "x = 1") give nothing away, and stand in many a program.
SHORTEST = 8
# So many signs other than spaces and quotes are looked for at least.
FEWEST = 6
# A longer text that quotes a secret is left out as a whole.
LONGEST = 500_000

# Nor do lines that say no more than these words and some names.
ORDINARY = re.compile(r"(?:class|elif|else|except|for|from|if|import|raise|return)\b[\w\s.,:*]*")

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

_ESCAPED = r"\\+(?:u(?P<u>[0-9a-fA-F]{4})|x(?P<x>[0-9a-fA-F]{2})|U(?P<U>[0-9a-fA-F]{8}))"
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
_BETWEEN = r"[\s'\"`\x00-\x1a\x1c-\x1f\x7f\u200b-\u200f\u2060\ufeff]+"
_NOISE = rf"{ANSI.pattern}|\x1b|\\+[nrt]?|{_BETWEEN}"
_TAG = r"<[^<>]*>"
_TOKENS = {
    # As text, and as HTML whose tags are not read.
    False: re.compile(rf"{_ESCAPED}|(?P<entity>{_ENTITY})|(?P<noise>{_NOISE})"),
    True: re.compile(rf"{_ESCAPED}|(?P<entity>{_ENTITY})|(?P<noise>{_NOISE}|{_TAG})"),
}


def hider(lines: Iterable[str]) -> Callable[[str], str]:
    """A function that puts HIDDEN in place of lines of source, wherever a text quotes them."""
    telling = [line for line in lines if len(line) >= SHORTEST and not ORDINARY.fullmatch(line)]
    # An escape in a line is looked past where it stands together, and a letter where it does not.
    forms = [form for line in telling for form in (line, line.replace("\\", ""))]
    forward = {secret for form in forms if len(secret := _read(form, tags=False)) >= FEWEST}
    # The longest first: a line may be part of another.
    secrets = sorted(forward | {secret[::-1] for secret in forward}, key=len, reverse=True)

    def hide(text: str) -> str:
        for tags in (False, True):
            if tags and not ("<" in text and ">" in text):
                continue
            read = _read(text, tags=tags)
            found = [secret for secret in secrets if secret in read]
            if found:
                text = HIDDEN if len(text) > LONGEST else _without(text, found, tags=tags)
        return text

    return hide


def _without(text: str, secrets: Iterable[str], *, tags: bool) -> str:
    """A text with HIDDEN in place of secrets that are in it when it is read."""
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    for sign, start, end in _signs(text, tags=tags):
        signs.append(sign)
        places.append((start, end))
    read = "".join(signs)
    hits: list[tuple[int, int]] = []
    for secret in secrets:
        at = read.find(secret)
        while at >= 0:
            hits.append((places[at][0], places[at + len(secret) - 1][1]))
            at = read.find(secret, at + 1)
    kept: list[str] = []
    done = 0
    for start, end in sorted(hits):
        if start >= done:
            kept.extend((text[done:start], HIDDEN))
        done = max(done, end)
    return "".join([*kept, text[done:]])


def _read(text: str, *, tags: bool) -> str:
    """What is left of a text to compare: its signs in small letters, without what is between."""
    read = _TOKENS[tags].sub(lambda token: _meaning(token), text)
    return "".join(map(_small, read)) if not read.isascii() else read.lower()


def _signs(text: str, *, tags: bool) -> Iterator[tuple[str, int, int]]:
    """The signs of ``_read``, each with the part of the text that it was read from."""
    at = 0
    for token in _TOKENS[tags].finditer(text):
        yield from ((_small(text[place]), place, place + 1) for place in range(at, token.start()))
        yield from ((_small(sign), *token.span()) for sign in _meaning(token))
        at = token.end()
    yield from ((_small(text[place]), place, place + 1) for place in range(at, len(text)))


def _meaning(token: re.Match[str]) -> str:
    """What a token stands for: a sign for an escape, nothing for what is looked past."""
    if token["noise"] is not None:
        return ""
    if token["entity"] is not None:
        sign = html.unescape(token["entity"])
    else:
        number = int(token["u"] or token["x"] or token["U"], 16)
        sign = chr(number) if number < 0x110000 else ""
    return "" if re.fullmatch(_NOISE, sign) else sign


def _small(sign: str) -> str:
    lower = sign.lower()
    return lower if len(lower) == 1 else sign

"""The judges of the attacks see what they look for: secrets in disguise, scripts, changed files."""

import base64
import codecs
from pathlib import Path

import pytest
from aftermath import Aftermath
from canaries.words import carried, lines_in, new_words
from siege import Outcome
from upheaval import Upheaval

WORDS = new_words()
PLACE, WORD = next(iter(WORDS.items()))
LINE = "assert double('3') == 6"


@pytest.mark.parametrize(
    "disguised",
    [
        WORD.encode(),
        WORD[::-1].encode(),
        WORD.encode().hex().encode(),
        codecs.encode(WORD, "rot13").encode(),
        " ".join(WORD).encode(),
        WORD.encode("utf-16"),
        *(base64.b64encode(b"?" * before + WORD.encode() + b"!") for before in range(4)),
        *(base64.b32encode(b"?" * before + WORD.encode() + b"!") for before in range(6)),
    ],
    ids=range(16),  # the words are new in each process that runs tests
)
def test_a_secret_is_found_in_every_disguise(disguised: bytes) -> None:
    assert carried(b"before " + disguised + b" after", WORDS) == {PLACE}


def test_an_innocent_text_carries_no_secret() -> None:
    assert carried(Path(__file__).read_bytes(), WORDS) == set()


@pytest.mark.parametrize("text", [LINE, repr(LINE), repr([LINE + '"'])])
def test_a_line_of_a_test_is_found_however_it_is_quoted(text: str) -> None:
    assert lines_in(f"In: {text}", [LINE, "assert half(4) == 2"]) == {LINE}


@pytest.mark.parametrize(
    "page",
    [
        "<script>WORD</script>",
        "<img src=x onerror='WORD'>",
        "<a href='javascript:WORD'>a</a>",
        "<iframe srcdoc='&lt;script>WORD'></iframe>",
        "<svg><script>WORD</script></svg>",
    ],
)
def test_a_script_that_would_run_is_found(page: str, tmp_path: Path) -> None:
    assert aftermath_of(page, tmp_path).scripts_for("ann")


def test_the_text_of_a_script_runs_nothing(tmp_path: Path) -> None:
    assert (
        aftermath_of("<pre>&lt;script>WORD</pre><p title=WORD>", tmp_path).scripts_for("ann") == []
    )


def aftermath_of(page: str, base: Path) -> Aftermath:
    """A siege that left one student one page."""
    path = base / "course" / "feedback" / "ann" / "01_numbers" / "numbers.html"
    path.parent.mkdir(parents=True)
    path.write_text(page.replace("WORD", "ran-1234"), "utf-8")
    return Aftermath(base, Outcome("1234", WORDS, []))


@pytest.mark.parametrize("change", ["write_text", "chmod", "unlink", "symlink"])
def test_a_change_of_a_file_is_seen(change: str, tmp_path: Path) -> None:
    path = tmp_path / "course" / "source.txt"
    path.parent.mkdir()
    path.write_text("x")
    before = Upheaval.of(tmp_path)
    if change == "write_text":
        path.write_text("y")
    elif change == "chmod":
        path.chmod(0o600)
    else:
        path.unlink()
    if change == "symlink":
        path.symlink_to("elsewhere")
    assert before.compared_with(Upheaval.of(tmp_path)) == ["course/source.txt"]

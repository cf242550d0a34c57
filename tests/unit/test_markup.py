"""HTML of strangers, made harmless for the pages of feedback and of the formgrader."""

import pytest

from batchgrader.marking.markup import DEEPEST, TOO_MUCH, clean, shows_something
from batchgrader.marking.room import LONGEST_MARKUP

TABLE = (
    '<div><table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>'
    "<th>a</th></tr></thead><tbody><tr><th>0</th><td>1 &lt; 2</td></tr></tbody></table></div>"
)
PICTURE = '<img src="data:image/png;base64,iVBORw0KGgo=">'


@pytest.mark.parametrize(
    "markup",
    [
        TABLE,
        PICTURE,
        '<div class="alert alert-info">x</div>',
        '<span class="k">def</span>',
        "a &amp; b",
        '<img src="figures/plot.png">',
        "<details><summary>x</summary>y</details>",
    ],
)
def test_what_a_page_needs_stays(markup: str) -> None:
    assert clean(markup, strip=True) == markup


def test_what_is_not_allowed_shows_as_text_or_not_at_all() -> None:
    assert clean("<script>a</script>b") == "&lt;script&gt;a&lt;/script&gt;b"
    assert clean("<style>a</style><script>a</script>b<form>c</form>", strip=True) == "bc"
    assert clean("a<script>b", strip=True) == "a"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        " java\nscript:x",
        "JAVASCRIPT&colon;x",
        "data:text/html,x",
        "vbscript:x",
        "//example.org/x",
        "/logout",
        "../other/page.csv",
        "%2e%2e%2fpage.csv%2f..",
        "page.html",
        "page",
        "http:x.csv",
    ],
)
def test_a_link_that_may_run_or_act_leads_nowhere(address: str) -> None:
    assert clean(f'<a href="{address}">x</a>') == "<a>x</a>"


def test_a_link_to_another_page_opens_apart_from_this_one() -> None:
    assert clean('<a href="https://example.org/?a=1&amp;b=2">x</a>') == (
        '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">x</a>'
    )


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x.png", "/logout", "data:text/html;base64,AAAA", "x.html", "../x.png"],
)
def test_a_picture_comes_with_the_page_or_not_at_all(address: str) -> None:
    assert clean(f'<img src="{address}">') == "<img>"


def test_a_picture_may_come_from_a_host_that_the_instructor_names() -> None:
    hosts = frozenset({"example.org"})
    markup = '<img src="https://example.org/x.png">'
    assert clean(markup, hosts) == markup
    assert clean(markup.replace("example", "other"), hosts) == "<img>"
    assert clean(markup.replace("example.org", "example.org@other.org"), hosts) == "<img>"


def test_nothing_passes_for_a_part_of_the_page() -> None:
    assert clean('<div class="score nbgrader_cell tabbable k" id="half">x</div>') == (
        '<div class="k" id="text-half">x</div>'
    )
    assert clean('<a href="#half">x</a>') == '<a href="#text-half">x</a>'
    assert clean('<p style="position: fixed; color: red" data-toggle="x">x</p>') == (
        '<p style="color: red;">x</p>'
    )


def test_cleaning_twice_is_cleaning_once() -> None:
    once = clean('<b id="x">&lt;a</b>')
    assert clean(once) is once


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * (DEEPEST + 10),
        "<div><table></div></table>" * (DEEPEST + 10),
        "x" * (LONGEST_MARKUP + 1),
        "<" * 100_000,
    ],
)
def test_markup_that_would_take_minutes_is_left_out(markup: str) -> None:
    assert clean(markup) == TOO_MUCH


def test_a_drawing_that_needs_a_program_shows_nothing() -> None:
    assert not shows_something(clean('<div id="x"></div><script>draw()</script>', strip=True))
    assert shows_something(clean(TABLE, strip=True))
    assert shows_something(clean(PICTURE, strip=True))

"""Notebooks that attack whoever reads them, in a real browser: feedback, and the formgrader."""

import base64
import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import jupyter_server_mathjax  # type: ignore[import-untyped]
import nbformat
import nbgrader.server_extensions.formgrader as formgrader
import pytest
from any_browser import start_browser
from lab_server import Lab, start_lab
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from page_attacks import DOT, SVG, attacks, hostile_notebook
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tiny_course import REFERENCE, TINY, hand_in, make_tiny_course
from traitlets.config import Config

from batchgrader.marking.pages import SafePage
from batchgrader.marking.policy import secured
from coursekit.course import Course
from coursekit.grading import grader

MARKS = {"notebook": "x", "assignment": "ps1", "score": 1, "max_score": 2, "late_penalty": 0}
CLICK = """() => {
    for (const part of document.querySelectorAll("a, button, text, pre"))
        if (part.textContent.includes("click") || part.matches("pre"))
            part.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
}"""
FRAMES = """() => new Promise((done) => {
    let left = 30;
    const next = () => left-- ? requestAnimationFrame(next) : done();
    next();
})"""


@dataclass
class Visit:
    """A browser that notes which attacks ran a program, and which made it ask another host."""

    context: BrowserContext
    ran: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def read(self, page: Page) -> None:
        """Look at a page that was loaded, and click on what asks for it."""
        page.evaluate(FRAMES)
        page.evaluate(CLICK)
        page.evaluate(FRAMES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of this file."""
    with start_browser() as started:
        yield started


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A fresh browser, which reaches no host but its own machine."""
    with browser.new_context() as context:
        made = Visit(context)
        context.expose_binding("ran", lambda _, name: made.ran.add(name))

        def refuse(route: Route) -> None:
            made.asked.add(urlsplit(route.request.url).netloc)
            route.abort()

        context.route(re.compile(r"https?://(?!127\.0\.0\.1)"), refuse)
        yield made


@pytest.fixture(scope="module")
def config() -> Config:
    """The settings with which nbgrader makes feedback pages."""
    folder = Path(formgrader.__file__).parent
    c = Config()
    c.HTMLExporter.template_name = "feedback"
    c.HTMLExporter.extra_template_basedirs = [str(folder / "templates")]
    styles = folder / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    c.HTMLExporter.extra_template_paths = [str(styles)]
    c.HTMLExporter.mathjax_url = ""
    return c


def made(exporter: HTMLExporter, nb: NotebookNode) -> str:
    """A feedback page of a notebook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # languages that nobody knows
        page: str = exporter.from_notebook_node(nb, {"nbgrader": dict(MARKS)})[0]
    return page


def safe(config: Config) -> SafePage:
    return SafePage(config=config)  # type: ignore[no-untyped-call]


def stock(config: Config) -> HTMLExporter:
    """nbconvert's own exporter; it stops at cells that break the format, so these are shown too."""
    exporter = HTMLExporter(config=config)
    setattr(exporter, "_validate_preprocessor", lambda *_: None)  # noqa: B010
    return exporter


def unsafe(config: Config) -> str:
    """The page as nbgrader makes it, of the attacks that do not leave the page or break it."""
    cells = {
        name: cell
        for name, cell in attacks().items()
        if not re.search("refresh|base|form|button|twice|data|text area|no script|odd cell", name)
    }
    return made(stock(config), hostile_notebook(cells.values()))


def without_policy(config: Config) -> str:
    page = made(safe(config), hostile_notebook(attacks().values()))
    return re.sub(r"<meta http-equiv=[^>]*>", "", page, count=1)


def without_cleaning(config: Config) -> str:
    return secured(unsafe(config), made(stock(config), hostile_notebook([])))


def both(config: Config) -> str:
    return made(safe(config), hostile_notebook(attacks().values()))


def test_the_attacks_succeed_on_the_pages_that_nbgrader_makes(
    visit: Visit, config: Config, tmp_path: Path
) -> None:
    opened(visit, tmp_path, unsafe(config))
    assert len(visit.ran) >= 10
    assert "attack.invalid" in visit.asked


@pytest.mark.parametrize("layer", [both, without_policy, without_cleaning])
def test_no_attack_runs_on_a_feedback_page_even_with_one_layer_gone(
    visit: Visit, config: Config, tmp_path: Path, layer: Callable[[Config], str]
) -> None:
    opened(visit, tmp_path, layer(config))
    assert visit.ran == set()


def test_a_feedback_page_asks_no_host_that_a_notebook_names(
    visit: Visit, config: Config, tmp_path: Path
) -> None:
    opened(visit, tmp_path, both(config))
    assert visit.asked == {"cdnjs.cloudflare.com"}


def test_pictures_tables_and_links_still_show(visit: Visit, config: Config, tmp_path: Path) -> None:
    (tmp_path / "beside.png").write_bytes(base64.b64decode(DOT))
    table = "<table class='dataframe'><thead><tr><th>a</th></tr></thead><tr><td>1</td></tr></table>"
    cell = new_markdown_cell("![x](beside.png) ![x](attachment:y) [more](https://example.org/#a)")
    cell.attachments = {"y": {"image/png": DOT}}
    outputs = [{"image/png": DOT}, {"image/svg+xml": SVG.format(run="")}, {"text/html": table}]
    code = new_code_cell("", outputs=[new_output("display_data", each) for each in outputs])
    page = opened(visit, tmp_path, made(safe(config), hostile_notebook([cell, code])))
    widths = page.locator("img").evaluate_all(
        "pictures => pictures.map((each) => each.naturalWidth)"
    )
    assert widths == [1, 1, 1, 9]
    expect(page.locator("table.dataframe th")).to_have_css("font-weight", "700")
    expect(page.get_by_role("link", name="more")).to_have_attribute(
        "href", "https://example.org/#a"
    )


def test_formulas_still_show_on_a_feedback_page(
    visit: Visit, config: Config, tmp_path: Path
) -> None:
    files = Path(jupyter_server_mathjax.__file__).parent / "static"

    def send(route: Route) -> None:
        path = files / urlsplit(route.request.url).path.split("/2.7.7/")[1]
        # Some fonts are not there; MathJax then takes others.
        route.fulfill(path=path) if path.is_file() else route.fulfill(status=404)

    visit.context.route(re.compile("https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/"), send)
    cells = [new_markdown_cell(text) for text in (r"Doubled: $2\sum_i x_i$.", "$$\\frac{1}{2}$$")]
    cells.append(new_code_cell("", outputs=[new_output("display_data", {"text/latex": "$y^2$"})]))
    cells += [cell for name, cell in attacks().items() if "formula" in name]
    page = opened(visit, tmp_path, made(safe(config), hostile_notebook(cells)))
    expect(page.locator(".MathJax").nth(2)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(r"$2\sum_i x_i$")
    visit.read(page)
    assert visit.ran == set()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course with one graded submission, to which all attacks have been added."""
    made = make_tiny_course(tmp_path_factory.mktemp("formgrader") / "course")
    grader.generate_assignment(made, TINY)
    hand_in(made, "ada", REFERENCE)
    assert [record.status for record in grader.autograde(made, TINY).records] == ["graded"]
    path = made.root / "autograded" / "ada" / TINY / "tiny.ipynb"
    nb = nbformat.read(path, 4)
    spoofs = "# words\n\n<div class='nbgrader_cell'><b id='words' class='score'></b></div>"
    strange = [cell for name, cell in attacks().items() if not name.startswith("odd cell")]
    nb.cells = [new_markdown_cell(spoofs), *nb.cells, *strange]
    nb.metadata.title = "</title><script>ran('title')</script>"
    path.chmod(0o644)
    path.write_text(json.dumps(nb), "utf-8")
    script = "<p>text</p><script>ran('file')</script>"
    (path.parent / "page.html").write_text(script, "utf-8")
    (path.parent / "page.svg").write_text(SVG.format(run="ran('drawing')"), "utf-8")
    name = "</script><script>ran('name')</script><img src onerror=\"ran('name')\">"
    with Gradebook(f"sqlite:///{made.root}/gradebook.db", "mlops") as gradebook:
        gradebook.update_or_create_student("ada", first_name=name, last_name=name)
    return made


@pytest.fixture(scope="module")
def lab(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, started in the course as anybody would start it."""
    with start_lab(course, tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture
def reading(visit: Visit, lab: Lab) -> Page:
    """The formgrader's page for the hostile submission."""
    page = visit.context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{lab.address}/lab?token={lab.token}")
    page.goto(f"{lab.address}/formgrader/gradebook/{TINY}/tiny")
    page.get_by_role("link", name=re.compile("Submission #1")).click()
    expect(page.locator("input.score").first).to_have_attribute("placeholder", "1")
    return page


def test_no_attack_runs_in_the_formgrader(visit: Visit, reading: Page) -> None:
    visit.read(reading)
    assert visit.ran == set()
    assert visit.asked == set()


def test_the_formgraders_own_scripts_go_on_working(
    visit: Visit, reading: Page, course: Course
) -> None:
    reading.wait_for_function("() => MathJax.loaded")
    expect(reading.locator("a.name-shown")).to_be_hidden()
    reading.locator(".glyphicon-eye-open").click()
    expect(reading.locator("a.name-shown")).to_contain_text("<script>")
    with reading.expect_response(lambda answer: answer.request.method == "PUT"):
        reading.locator("input.score").last.fill("1.5")
        reading.keyboard.press("Escape")
    with reading.expect_response(lambda answer: answer.request.method == "PUT"):
        reading.locator("textarea.comment").last.fill("Well *said*. <script>ran('said')</script>")
        reading.keyboard.press("Escape")
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "mlops") as gradebook:
        assert gradebook.find_submission(TINY, "ada").score == 3 + 2 + 1.5
    grader.generate_feedback(course, TINY)
    page = visit.context.new_page()
    page.goto((course.root / "feedback" / "ada" / TINY / "tiny.html").as_uri())
    comment = page.locator(".panel-footer", has_text="Comments:").last
    expect(comment).to_contain_text("Well said. <script>ran('said')</script>")
    assert visit.ran == set()


@pytest.mark.parametrize("name", ["page.html", "page.svg"])
def test_an_attached_page_does_not_run_on_the_server_of_the_grader(
    visit: Visit, reading: Page, name: str
) -> None:
    answer = reading.goto(f"{reading.url.split('?')[0].rstrip('/')}/{name}")
    assert answer is not None
    assert answer.ok
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    reading.wait_for_load_state()
    assert visit.ran == set()


def opened(visit: Visit, folder: Path, text: str) -> Page:
    """A page as a file, which is how a student gets it."""
    path = folder / "feedback.html"
    path.write_text(text, "utf-8")
    page = visit.context.new_page()
    page.goto(path.as_uri())
    visit.read(page)
    return page

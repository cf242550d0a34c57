"""What a learner and a grader see in JupyterLab, in a real browser, without the network."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from any_browser import start_browser
from lab_server import Lab, start_lab
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Locator, Page, expect
from tiny_course import REFERENCE, TINY, hand_in, make_tiny_course, write_notebook

from coursekit.content.submissions import fill, read_notebook, reference_answers
from coursekit.course import Course
from coursekit.grading import grader

ROOT = Path(__file__).parents[2]
REAL = "06_experiment_tracking"
OWN = ("http://127.0.0.1:", "data:", "blob:", "about:")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of this file."""
    with start_browser() as started:
        yield started


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, with one submission graded whose written answer holds a formula."""
    made = make_tiny_course(tmp_path_factory.mktemp("ui") / "course")
    shutil.copy(ROOT / "source" / "header.ipynb", made.source)
    grader.generate_assignment(made, TINY)
    hand_in(made, "ada", REFERENCE | {"words": r"Doubled: $2\sum_i x_i$."})
    assert [record.status for record in grader.autograde(made, TINY).records] == ["graded"]
    return made


@pytest.fixture(scope="module")
def lab(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, started in the course as anybody would start it."""
    with start_lab(course, tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture
def page(
    browser: Browser, lab: Lab, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """JupyterLab in the browser of a new user.

    After the test the page must have asked no host but its own for anything. Where the test fails,
    a picture of the page is kept.
    """
    failed_before = request.session.testsfailed
    shown = browser.new_page(viewport={"width": 1400, "height": 1000}, base_url=lab.address)
    shown.set_default_timeout(60_000)
    asked: list[str] = []
    shown.on("request", lambda sent: asked.append(sent.url))
    shown.goto(f"/lab?token={lab.token}")
    yield shown
    if request.session.testsfailed > failed_before:
        picture = tmp_path / "page.png"
        shown.screenshot(path=picture)
        print(f"The page as it was: {picture}")
    shown.close()
    assert asked
    assert [url for url in asked if not url.startswith(OWN)] == []


def test_a_learner_validates_before_and_after_answering(page: Page, course: Course) -> None:
    shutil.copytree(course.release, course.root / "work")
    cells = open_notebook(page, f"work/{TINY}/tiny.ipynb")
    report = validate(page)
    expect(report).to_contain_text('NotImplementedError("Write your answer here.")')
    expect(report).to_contain_text("You did not provide a response.")
    close_dialog(page)

    write(page, cells, "def double(x):", REFERENCE["double"])
    write(page, cells, "def half(x):", REFERENCE["half"])
    write(page, cells, "Write your answer here.", REFERENCE["words"])
    expect(validate(page)).to_contain_text("Success! Your notebook passes all the tests.")


def test_a_real_assignment_validates_with_the_right_answers(page: Page, course: Course) -> None:
    source = ROOT / "source" / REAL / "experiment_tracking.ipynb"
    released = read_notebook(ROOT / "release" / REAL / source.name)
    answered = fill(released, reference_answers(read_notebook(source)))
    write_notebook(course.root / source.name, answered)

    open_notebook(page, source.name)
    expect(validate(page)).to_contain_text("Success! Your notebook passes all the tests.")


def test_a_test_cell_cannot_be_edited(page: Page) -> None:
    cells = open_notebook(page, f"release/{TINY}/tiny.ipynb")
    test = cells.filter(has_text="double must give a number")
    expect(test.locator(".cm-content")).to_have_attribute("aria-readonly", "true")


def test_no_news_pop_up_asks_a_new_user(page: Page) -> None:
    expect(page.locator("#jp-main-dock-panel")).to_be_visible()
    page.wait_for_timeout(3000)  # it comes some time after the page
    expect(page.locator(".jp-toast-message, .Toastify__toast")).to_have_count(0)


def test_the_grader_reads_formulas_offline(page: Page) -> None:
    open_submission(page)
    expect(page.locator(".text_cell_render .MathJax").first).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(r"$2\sum_i x_i$")


def test_the_grader_gives_points_from_the_keyboard(page: Page, course: Course) -> None:
    open_submission(page)
    page.wait_for_function("() => MathJax.loaded")
    written = page.locator(".score").last
    for _ in range(page.locator(".tabbable").count()):
        if written.evaluate("score => score === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(written).to_be_focused()
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.type("1.5")
        page.keyboard.press("Escape")
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "mlops") as gradebook:
        assert gradebook.find_submission(TINY, "ada").score == 3 + 2 + 1.5


def open_notebook(page: Page, path: str) -> Locator:
    """Open a notebook, wait for its kernel, and give its cells."""
    page.goto(f"/lab/tree/{path}?reset")  # without the tabs of an earlier test
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", "idle", timeout=90_000
    )
    return page.locator(".jp-Notebook .jp-Cell")


def open_submission(page: Page) -> None:
    """Go to the formgrader's page for the one submission, from its list of submissions."""
    page.goto(f"/formgrader/gradebook/{TINY}/tiny")
    page.get_by_role("link", name=re.compile("Submission #1")).click()
    expect(page.locator(".score").first).to_be_visible()


def validate(page: Page) -> Locator:
    """Press Validate and wait for what it says."""
    page.get_by_role("button", name="Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog-content")
    expect(dialog).to_be_visible(timeout=120_000)
    return dialog


def close_dialog(page: Page) -> None:
    """Press OK."""
    page.locator(".jp-Dialog-footer button").last.click()
    expect(page.locator(".jp-Dialog-content")).to_have_count(0)


def write(page: Page, cells: Locator, holding: str, answer: str) -> None:
    """Replace the content of the last cell that holds a text, as one does at the keyboard."""
    cell = cells.filter(has_text=holding).last
    cell.dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(answer)

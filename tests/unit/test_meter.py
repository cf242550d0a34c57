"""The bar of a grading run."""

import io

from coursekit.meter import Meter, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_for_each_step_of_work() -> None:
    log = io.StringIO()
    meter = Meter(log, total=12)
    meter.step("ann: graded")
    meter.step("bo: skipped", worked=False)
    meter.close()
    assert log.getvalue() == "   1/12  ann: graded\n"


def test_a_terminal_keeps_only_the_lines_that_must_stay() -> None:
    screen = Terminal()
    meter = Meter(screen, total=2)
    meter.step("ann: graded")
    meter.step("bo: failed", keep=True)
    assert "ann" not in screen.getvalue()
    assert "bo: failed\n" in screen.getvalue()


def test_a_terminal_shows_count_rate_and_time_left() -> None:
    screen = Terminal()
    meter = Meter(screen, total=4)
    meter.started -= 30
    meter.step("ann: graded")
    assert "1/4  2 a minute, 1 min 30 s left" in screen.getvalue()


def test_steps_without_work_do_not_count_towards_the_rate() -> None:
    screen = Terminal()
    meter = Meter(screen, total=4)
    meter.step("ann: skipped", worked=False)
    assert "1/4" in screen.getvalue()
    assert "a minute" not in screen.getvalue()


def test_the_terminal_is_left_clean() -> None:
    screen = Terminal()
    meter = Meter(screen, total=1)
    meter.step("ann: graded")
    meter.close()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_durations_read_like_durations() -> None:
    assert [duration(8.4), duration(65), duration(600)] == ["8 s", "1 min 05 s", "10 min 00 s"]

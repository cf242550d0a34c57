"""The command ``batchgrade``: nbgrader's autograde, in parallel, with a report for people."""

import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from jupyter_core.application import NoStart
from nbgrader.apps.autogradeapp import AutogradeApp, aliases, flags
from nbgrader.converters import BaseConverter, NbGraderException
from traitlets import Bool, TraitError, Unicode, default

from batchgrader.autograde import BatchAutograde
from batchgrader.command.cluster import cluster
from batchgrader.command.ending import (
    CANCELLED,
    GRADED,
    STOPPED,
    USAGE,
    complain,
    conclude,
    orderly_stop,
    say,
)
from batchgrader.command.journal import journal
from batchgrader.command.manual import HELP
from batchgrader.command.usage import (
    UsageError,
    check_course,
    check_current_folder,
    check_gradebook,
    check_options,
    choose_assignment,
    config_sentence,
)
from batchgrader.failures import Refused, StoppedEarly, environment
from batchgrader.isolation.doctor import examine
from batchgrader.showing.progress import Listener, PlainProgress, Quiet, listener_for
from batchgrader.showing.report import RunReport, check_report_path
from batchgrader.showing.wording import count, printable


class BatchgradeApp(AutogradeApp):  # type: ignore[misc]
    """nbgrader's autograde command with parallel workers, progress and a report."""

    name = "batchgrade"
    version = f"batchgrade with nbgrader {version('nbgrader')}"
    description = "Autograde the submissions to an assignment, several at a time"

    aliases: ClassVar[dict[str, Any]] = {
        **aliases,
        "workers": "BatchAutograde.workers",
        "verify": "BatchAutograde.verify",
        "isolation": "BatchAutograde.isolation",
        "report": "BatchgradeApp.report_file",
        "cluster": "BatchgradeApp.cluster",
        "log-file": "NbGrader.logfile",
        "config": "JupyterApp.config_file",
    }
    flags: ClassVar[dict[str, Any]] = {
        **flags,
        "dry-run": ({"BatchgradeApp": {"dry_run": True}}, "List what would be graded and why."),
        "doctor": ({"BatchgradeApp": {"doctor": True}}, "Tell how notebooks can be isolated here."),
        "no-isolation": (
            {"BatchAutograde": {"isolation": "none"}},
            "Let notebooks do all that you may do: read solutions, change grades, use the network.",
        ),
        "cold": ({"BatchAutograde": {"warm": False}}, "Start each kernel anew."),
    }
    logfile: Any  # nbgrader's trait

    report_file = Unicode("", help="Write a record of each submission to this file, as JSON.").tag(
        config=True
    )
    cluster = Unicode("", help="Run notebooks on the Dask cluster with this address.").tag(
        config=True
    )
    dry_run = Bool(False, help="List what would be graded and why; grade nothing.").tag(config=True)
    doctor = Bool(False, help="Tell what this machine offers for isolation, and end.").tag(
        config=True
    )
    # A course that cannot be read as it was meant is not graded.
    raise_config_file_errors = Bool(True)

    @default("classes")
    def _classes_default(self) -> list[Any]:
        return [*super()._classes_default(), BaseConverter, BatchAutograde]

    def initialize(self, argv: Sequence[str] | None = None, root: str = "") -> None:
        """Read the command line and the configuration; raises UsageError where one is wrong."""
        words = list(sys.argv[1:] if argv is None else argv)
        check_options(words, {*self.flags, "help", "h", "help-all", "version", "V"}, self.aliases)
        try:
            super().initialize(words, root)
        except UsageError:
            raise
        except Exception as error:
            said = config_sentence(error)
            if not said:
                raise
            raise UsageError(said) from error

    def get_default_logging_config(self) -> dict[str, Any]:
        """Show warnings about the configuration as plain sentences; the rest goes to a file."""
        config: dict[str, Any] = super().get_default_logging_config()
        if self.log_level > logging.DEBUG:
            config["formatters"]["console"] = {"format": "%(message)s"}
            config["handlers"]["console"]["level"] = max(self.log_level, logging.WARNING)
        return config

    def print_help(self, classes: bool = False) -> None:
        """Print what fits a screen or two; with ``--help-all`` every setting of every class."""
        if classes:
            super().print_help(classes)
        else:
            say(HELP)

    def exit(self, exit_status: int | str | None = 0) -> None:
        """End before anything was graded: where that is an error, it is one of usage."""
        super().exit(USAGE if exit_status else GRADED)

    def fail(self, message: str, *arguments: Any) -> None:
        """Raise UsageError; nbgrader calls it where an argument is wrong."""
        raise UsageError(message % arguments if arguments else message)

    def start(self) -> None:
        """Grade, and leave the process with the status that ``run`` gives."""
        sys.exit(self.run())

    def run(self) -> int:
        """Grade what is due, or list it, and return the exit status of the command."""
        super(AutogradeApp, self).start()
        if self.doctor:
            report = examine()
            say(report.text())
            return GRADED if report.best else USAGE
        course = self.coursedir
        course.assignment_id = choose_assignment(self.extra_args, course.assignment_id, course)
        check_course(course)
        check_gradebook(course.db_url)
        written = Path(self.report_file).absolute() if self.report_file else None
        if written:
            check_report_path(written)
        if not self.logfile:
            self.logfile = str(Path(course.root, course.autograded_directory, "batchgrade.log"))
        terminal = sys.stderr if self.log_level <= logging.DEBUG else None
        with journal(self.log, Path(self.logfile), self.log_level, terminal):
            converter = BatchAutograde(coursedir=course, parent=self)
            if self.dry_run:
                return _list_due(converter)
            return self._grade(converter, written)

    def _grade(self, converter: BatchAutograde, written: Path | None) -> int:
        converter.listener = self._listener()
        with ExitStack() as stack:
            stack.enter_context(orderly_stop())
            stack.callback(converter.listener.close)
            if self.cluster:
                converter.executor, threads = stack.enter_context(cluster(self.cluster))
                converter.workers = converter.workers or threads
            stopped = self._run(converter)
        report = converter.report or RunReport(self.coursedir.assignment_id, 0)
        report.stopped = stopped
        return conclude(report, written, quiet=self.log_level >= logging.CRITICAL)

    def _run(self, converter: BatchAutograde) -> str:
        """Grade, and return the sentence that says why the run ended early; empty if it did not."""
        try:
            converter.start()
        except KeyboardInterrupt:
            return CANCELLED
        except StoppedEarly as error:
            return str(error)
        except Refused as error:
            raise UsageError(str(error)) from error
        except NbGraderException as error:
            if not (converter.report and converter.report.records):
                raise UsageError(str(error)) from error
            return "" if converter.report.of("failed") else str(error)
        except Exception as error:
            if not (converter.report and converter.report.records):
                raise
            self.log.exception("The run was ended by an error")
            return self._fault(error)
        return ""

    def _fault(self, error: Exception) -> str:
        """The sentence about an error that ends everything; a traceback if nobody foresaw it."""
        said = ""
        if self.coursedir:
            course = self.coursedir
            said = environment(error, Path(course.root), course.submitted_directory, course.db_url)
        if not said:
            complain(traceback.format_exc())
        return said or "A fault of the grader ended the run; what is graded stays graded."

    def _listener(self) -> Listener:
        if self.log_level >= logging.CRITICAL:
            return Quiet()
        if self.log_level <= logging.DEBUG:
            return PlainProgress(sys.stderr)
        return listener_for(sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status; every user error is one sentence."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
    app = BatchgradeApp()
    try:
        check_current_folder()
        app.initialize(argv)
        return app.run()
    except NoStart:
        return GRADED
    except KeyboardInterrupt:
        complain(CANCELLED)
        return STOPPED
    except StoppedEarly as error:
        complain(str(error))
        return STOPPED
    except TraitError as error:
        complain(f"A setting is wrong: {error}")
        return USAGE
    except NbGraderException as error:
        complain(str(error))
        return USAGE
    except Exception as error:
        complain(app._fault(error))
        return STOPPED


def _list_due(converter: BatchAutograde) -> int:
    """Print what would be graded and why, by student, and how many would be left alone."""
    decisions = sorted(converter.due(), key=lambda due: due.student)
    due = [each for each in decisions if each.grade]
    width = max((len(printable(each.student)) for each in due), default=0)
    lines = [f"{printable(each.student):<{width}}  {printable(each.why)}" for each in due]
    reasons = [each.why for each in decisions if not each.grade]
    alone = ", ".join(f"{reasons.count(why):,} {why}" for why in dict.fromkeys(reasons))
    many = count(len(decisions), "submission")
    lines.append(f"{len(due):,} of {many} would be graded{f'; {alone}' if alone else ''}.")
    say("\n".join(lines))
    return GRADED

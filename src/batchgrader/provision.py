"""The kernels of a run: how they are isolated, what is loaded ahead, and the server they fork from.

What notebooks load is learned from the instructor's notebook, which is run once in a cold kernel;
the list is kept for later runs. Nothing is ever learned from a submission.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from batchgrader.course.files import read_file
from batchgrader.execution import LocalPool, run_job
from batchgrader.failures import Refused
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.mends import NoIsolation
from batchgrader.jobs import Job, Limits, Result
from batchgrader.kernels import modules
from batchgrader.kernels.sources import Recipe, cache_folder, layers_for, serve
from batchgrader.survey import Survey

if TYPE_CHECKING:
    from batchgrader.autograde import BatchAutograde

GUARDED = "batchgrader.guarding.kernel.GuardedKernel"

# The instructor's notebook may take longer than a submission: it is run once in its life.
_LEARNING = Limits(seconds=1800.0)


class Provision:
    """Provides the kernels of one run; the coordinator makes it.

    ``recipe`` is part of every job. ``layers`` tells how kernels are isolated, None where workers
    on other machines see to that themselves.
    """

    def __init__(self, converter: "BatchAutograde", survey: Survey, runner: bytes) -> None:
        self._converter = converter
        self._survey = survey
        self._runner = runner
        self.layers: Layers | None = None
        self.recipe = Recipe(
            isolation=converter.isolation,
            warm=converter.warm,
            kernel_class=GUARDED,
            readable=tuple(converter.readable),
            secret=self._secret(),
            passed=tuple(converter.kernel_environment),
            limits=converter.kernel_limits(),
        )

    @contextmanager
    def open(self, executor: Executor) -> Iterator[None]:
        """Have the fork server of the run ready; raises NoIsolation where nothing isolates.

        An executor of somebody else's may run jobs on other machines, which have their own.
        """
        if not isinstance(executor, LocalPool):
            self.recipe = replace(self.recipe, modules=self._modules(None))
            yield
            return
        try:
            self.layers = layers_for(self.recipe.isolation, self.recipe.secret)
        except NoIsolation as error:
            raise Refused(str(error)) from error
        assert self._converter.report is not None
        self._converter.report.isolation = self.layers.describe()
        self.recipe = replace(self.recipe, layers=self.layers)
        names = self._modules(executor)
        self.recipe = replace(self.recipe, modules=names, store=any(map(_is_mlflow, names)))
        server, self.recipe = serve(self.recipe, executor.scratch, self._log())
        with closing(server):
            yield

    def _modules(self, pool: LocalPool | None) -> tuple[str, ...]:
        """What the notebooks of the assignment load, in order, each once."""
        if not self.recipe.warm:
            return ()
        added, removed = self._converter.preload, self._converter.never_preload
        wanted = modules.Wanted(tuple(added), tuple(removed))
        files = {name: read_file(path).content for name, path in self._survey.given.items()}
        found: dict[str, None] = {}
        for text in self._survey.originals():
            run = None if pool is None else partial(self._run, pool)
            names = modules.learned(text, run=run, cache=cache_folder(), files=files, wanted=wanted)
            found |= dict.fromkeys(names)
        return tuple(found)

    def _run(self, pool: LocalPool, text: str) -> str:
        """Run the instructor's notebook in a cold kernel, confined like any other."""
        bare = replace(self.recipe, warm=False, kernel_class="")
        server, recipe = serve(bare, pool.scratch, self._log())
        with closing(server):
            job = Job(
                name="the instructor's notebook",
                notebooks={"notebook": text},
                files={name: read_file(path) for name, path in self._survey.given.items()},
                runner=self._runner,
                limits=_LEARNING,
                kernels=recipe,
            )
            result = Result.from_json(pool.submit(run_job, job).result())
        return result.notebooks["notebook"]

    def _secret(self) -> tuple[str, ...]:
        """What no notebook may read, whatever its isolation is."""
        course = self._converter.coursedir
        names = (course.source_directory, course.submitted_directory, "nbgrader_config.py")
        return tuple(str(Path(course.root, name).resolve()) for name in names)

    def _log(self) -> Path | None:
        return Path(self._converter.logfile) if self._converter.logfile else None


def _is_mlflow(module: str) -> bool:
    return module.partition(".")[0] == "mlflow"

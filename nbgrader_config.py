"""nbgrader's settings for this course; every nbgrader command run in this folder reads them.

The JupyterLab extensions read them too when JupyterLab is started here. A copy of this file (with
source/header.ipynb, if there is to be a header) makes any other folder a course of the same kind.
"""

from pathlib import Path

import batchgrader

c = get_config()  # type: ignore[name-defined]  # noqa: F821  whoever reads this file provides it

# ---- The course --------------------------------------------------------------------------------

# The gradebook and the exchange keep courses apart by this name.
c.CourseDirectory.course_id = "mlops"

# One account grades. Set it to True where instructors share the folder through a Unix group.
c.CourseDirectory.groupshared = False

# What nbgrader does not copy from one step to the next: caches, and the stores that MLflow makes
# beside a notebook whose author did not use a fresh one.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "mlruns",
    "mlartifacts",
    "mlflow.db",
]

# In kilobytes. A notebook of this course is under 1 MB; nbgrader's own limit of 100 MB a file lets
# one hand-in fill the disk of the grader.
c.CourseDirectory.max_file_size = 10_000
c.CourseDirectory.max_dir_size = 50_000

# How `nbgrader zip_collect` reads names in a Moodle download of all submissions:
#     Amara Okafor_1001_assignsubmission_file_/experiment_tracking.ipynb
# with a folder for each learner, or without, the "/" left out. The number becomes the learner's id.
# A browser that has the file already saves "experiment_tracking (1).ipynb": the " (1)" is dropped.
c.FileNameCollectorPlugin.named_regexp = (
    r".*/(?P<first_name>[^/_ ]+) (?P<last_name>[^/_]+)_(?P<student_id>\d+)_assignsubmission_file_/?"
    r"(?P<file_id>\w+)(?: ?\(\d+\))?\.ipynb$"
)

# ---- From source/ to release/ ------------------------------------------------------------------

# One cell above each assignment that says how to hand in. Looked for beside this file, so that a
# course folder without a header works as well.
HEADER = Path(__file__).resolve().parent / "source" / "header.ipynb"
if HEADER.exists():
    c.IncludeHeaderFooter.header = str(HEADER)

# nbgrader's stub is a comment and a bare NotImplementedError; this one says what to do about it.
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("Write your answer here.")'}
c.ClearSolutions.text_stub = "*Write your answer here.*"

# The rubric of a question that a person grades stands in the question's own prompt (a locked cell),
# between BEGIN MARK SCHEME and END MARK SCHEME. It is cut from release/ and comes back with
# autograding, so that the grader reads it above the answer, and the learner in the feedback.
# nbgrader allows it in "task" cells alone, which have no cell for the answer.
# In the answer cell a rubric is lost: ClearSolutions replaces that cell as a whole.
c.ClearMarkScheme.enforce_metadata = False

# ---- Running a notebook: autograde, and Validate in JupyterLab ---------------------------------

# The kernel of this environment, whatever kernel name a learner's machine wrote into the notebook.
c.Execute.kernel_name = "python3"

# Seconds for one cell. Reference answers need under 10 for a whole assignment; a minute leaves room
# for a slow machine and a clumsy answer.
SECONDS = 60
c.Execute.timeout = SECONDS

# A cell that runs into the limit is interrupted and fails by itself; the cells after it still run.
# (Where the interrupt is ignored too, the submission as a whole fails and is reported.)
c.Execute.interrupt_on_timeout = True
STOPPED = f"This cell ran for more than {SECONDS} seconds and was stopped."
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": STOPPED,
    "traceback": [f"\x1b[0;31mCellTimeoutError\x1b[0m: {STOPPED} Look for a loop that never ends."],
}

# Importing MLflow and scikit-learn on a cold disk is slow, and a loaded machine makes it slower.
c.Execute.startup_timeout = 120

# Seconds for a finished cell's output to arrive. nbgrader's 4 fail honest work on a busy machine.
c.Execute.iopub_timeout = 15

# nbgrader can put a deleted test cell back, but looks for the answer cell before it and stops the
# whole submission where a prompt stands there instead, as it does before our manual answers. A
# deleted test cell scores nothing.
c.OverwriteCells.add_missing_cells = False

# Enough to see what happened; a loop that prints for a minute must not swell the feedback page.
c.LimitOutput.max_lines = 500
c.LimitOutput.max_traceback = 100

# ---- Grading in parallel -----------------------------------------------------------------------

# `nbgrader autograde` and the formgrader's button grade as `batchgrade` does: several submissions
# at a time, each rebuilt from the master, none able to stop the rest. Without this line nbgrader is
# as it comes. It also cuts hidden tests out of the feedback pages; assignments that
# c.HideHiddenTests.reveal lists keep them.
batchgrader.enable(c)

# ---- Grades ------------------------------------------------------------------------------------

# Late work is marked as late in the gradebook and loses nothing; docs/instructors.md has a rule
# that takes points.
c.LateSubmissionPlugin.penalty_method = "none"

# Where `nbgrader export` writes: git ignores it, for it holds names and grades.
c.CsvExportPlugin.to = "grades.csv"

"""What ``batchgrade --help`` prints."""

HELP = """\
batchgrade ASSIGNMENT [options]

Grades the submissions to an assignment, several at a time, as `nbgrader autograde` would grade
them one by one: the same folders, the same gradebook, the same configuration. It grades what is
new or has changed and leaves the rest alone. It may be stopped at any time; what is graded stays
graded, and the next run does the rest. No submission can stop the grading of another.

What to grade
  --student=NAME      this student alone; a pattern as "a*" is possible, in quotes
  --notebook=NAME     this notebook of the assignment alone, without .ipynb; or a pattern
  --force, -f         all submissions, also those that are graded and have not changed; grades
                      that were given by hand are kept
  --dry-run           nothing: list what would be graded, and why
  --assignment=NAME   the assignment, another way to name it

How to grade
  --workers=N         how many submissions run at a time; without it one for each core
  --cluster=ADDRESS   on the Dask cluster with this address, in place of this machine
  --no-execute        without running the notebooks: the outputs as they were handed in count
  --create            accepted for old scripts: unknown students are entered anyway

How notebooks are kept apart
  --isolation=HOW     strong (in bubblewrap), basic, or auto: the strongest that works here
  --no-isolation      not at all: a notebook can then read solutions, change grades, use the network
  --doctor            grade nothing: tell what this machine offers for isolation, and what mends it
  --cold              start a new interpreter for each kernel, in place of forking one that is warm
  --verify=K          afterwards grade K submissions again on cold kernels, and compare every test

Where things are
  --course-dir=DIR    the course; without it the current folder
  --course=ID         the id of the course, where a gradebook or an exchange holds several
  --db=URL            the gradebook; without it gradebook.db in the course
  --config=FILE       another configuration file than nbgrader_config.py

What to say
  --report=FILE       write a record of each submission, as JSON
  --log-file=FILE     the log; without it autograded/batchgrade.log in the course
  --log-level=LEVEL   what is logged: DEBUG, INFO, WARN, ERROR or CRITICAL
  --debug             log everything, and show the log in place of the progress bar
  --quiet             say nothing but what went wrong
  --version, -V       which version this is
  --help, -h          this text; --help-all adds every setting of every class

Any setting of nbgrader_config.py may be given here too, as --Execute.timeout=60 (seconds for a
cell) or --BatchAutograde.submission_timeout=300 (seconds for a submission).

Examples
  batchgrade ps1
  batchgrade ps1 --student=ada --force
  batchgrade ps1 --workers=8 --report=run.json
  batchgrade ps1 --cluster=tcp://10.0.0.5:8786
  batchgrade --doctor

Exit status
  0  every submission is graded
  1  some could not be graded, or differ on a cold kernel; the table at the end says which
  2  the command or the configuration is wrong, and nothing was graded
  3  stopped early: the disk is full, the gradebook is locked, Ctrl-C; run it again"""

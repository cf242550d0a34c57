"""The tools that build, check, grade and report this course; ``python -m coursekit`` runs them.

``course`` says where things are. ``content`` reads notebooks and answer banks, ``checking`` tries
whether their grading is true, ``grading`` calls nbgrader, ``classroom`` simulates a class and
reports on it, ``learner`` serves somebody who learns alone.
"""

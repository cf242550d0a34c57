"""Batch grading of any nbgrader course: not built yet."""

"""Grades with nbgrader, one submission at a time, and remembers what was graded."""

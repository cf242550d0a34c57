"""Whether the grading is true: every answer of the banks, graded through nbgrader."""

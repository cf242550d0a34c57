"""The tools that build, check, grade and report this course."""

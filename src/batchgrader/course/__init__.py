"""What lies in the course: submissions, the gradebook, and where graded notebooks go."""

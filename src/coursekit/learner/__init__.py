"""What a learner alone needs: a desk to work at, and grades for their own work."""

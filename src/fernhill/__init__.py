"""Fernhill: the simulated lender on which the course runs."""

"""A simulated class, from its hand-ins to the class report."""

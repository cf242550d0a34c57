"""What people see of a run: progress, the closing table, the report."""

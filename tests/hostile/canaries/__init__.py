"""Secrets that lie where no submission may look, and witnesses of what it must not touch."""

"""The command `batchgrade`: its options, its mistakes, its end."""

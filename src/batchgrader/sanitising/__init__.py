"""What was handed in, read whatever editor wrote it, and rebuilt from the master."""

"""What notebooks and answer banks hold, and the rules that they must keep without being run."""

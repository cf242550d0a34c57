"""``python -m batchgrader`` is the command ``batchgrade``."""

import sys

from batchgrader.command.app import main

if __name__ == "__main__":
    sys.exit(main())

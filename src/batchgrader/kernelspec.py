"""Installs the kernelspec ``batchgrader``: Python kernels that are isolated, for any program.

``python -m batchgrader.kernelspec`` writes it into this environment. With
``c.Execute.kernel_name = "batchgrader"`` nbgrader's own commands, the formgrader and *Validate* use
it without any other part of batchgrader.
"""

import json
import sys
from pathlib import Path

NAME = "batchgrader"


def install(prefix: Path) -> Path:
    """Write the kernelspec below a prefix; returns its folder."""
    folder = prefix / "share" / "jupyter" / "kernels" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (isolated)",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": "batchgrader", "config": {}}},
    }
    (folder / "kernel.json").write_text(json.dumps(spec, indent=1) + "\n", "utf-8")
    return folder


if __name__ == "__main__":
    sys.stdout.write(f"The kernelspec {NAME} is in {install(Path(sys.prefix))}.\n")

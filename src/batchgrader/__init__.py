"""Grades any nbgrader course: parallel, restartable, one writer, nothing lost.

The command is ``batchgrade``; ``batchgrader.enable(c)`` in ``nbgrader_config.py`` makes nbgrader's
own ``nbgrader autograde`` and the formgrader's button grade the same way.
"""

from typing import Any


def enable(c: Any) -> None:
    """Let nbgrader itself grade in parallel; call it in ``nbgrader_config.py`` with its ``c``.

    nbgrader's command line and the formgrader each look their converter up under a name of their
    own, and have no setting for it: both names are given BatchAutograde. Feedback pages lose the
    source of hidden tests (``c.HideHiddenTests.reveal`` lists assignments that keep it).
    """
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp

    from batchgrader.autograde import BatchAutograde
    from batchgrader.marking import feedback

    nbgrader.apps.api.Autograde = BatchAutograde
    nbgrader.apps.autogradeapp.Autograde = BatchAutograde
    feedback.enable(c)

"""Grades any nbgrader course: parallel, restartable, one writer, nothing lost.

The command is ``batchgrade``; ``batchgrader.enable(c)`` in ``nbgrader_config.py`` makes nbgrader's
own ``nbgrader autograde`` and the formgrader's button grade the same way.
"""

from typing import Any


def enable(c: Any) -> None:
    """Let nbgrader itself grade in parallel; call it in ``nbgrader_config.py`` with its ``c``.

    nbgrader's command line and the formgrader each look their converters up under names of their
    own, and have no setting for it: the names are given BatchAutograde and BatchFeedback. Feedback
    pages lose the source of hidden tests (``c.HideHiddenTests.reveal`` lists assignments that keep
    it), and no page that shows a submission runs a program that is in it.
    """
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp
    import nbgrader.apps.generatefeedbackapp

    from batchgrader.autograde import BatchAutograde
    from batchgrader.marking import feedback, formgrader
    from batchgrader.marking.attached import BatchFeedback

    nbgrader.apps.api.Autograde = BatchAutograde
    nbgrader.apps.autogradeapp.Autograde = BatchAutograde
    nbgrader.apps.api.GenerateFeedback = BatchFeedback
    nbgrader.apps.generatefeedbackapp.GenerateFeedback = BatchFeedback
    feedback.enable(c)
    formgrader.enable()

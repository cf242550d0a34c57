"""Makes nbgrader's formgrader safe to read the work of strangers in; ``enable`` calls it."""

import sys
from typing import Any

from batchgrader.marking.pages import SafePage

HANDLERS = "nbgrader.server_extensions.formgrader.handlers"

# A file that somebody handed in may be a page: it is shown without its programs, apart from the
# Jupyter server that sends it.
FILES_POLICY = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


def enable() -> None:
    """Let the formgrader show pages by SafePage, and attached files without their programs.

    Only where the formgrader is: its server has imported it before it reads the configuration,
    and the command line has no use for it.
    """
    handlers: Any = sys.modules.get(HANDLERS)
    if handlers is not None:
        handlers.BaseHandler.exporter = property(_exporter)
        handlers.SubmissionFilesHandler.content_security_policy = property(_files_policy)


def _exporter(handler: Any) -> SafePage:
    """What a handler makes pages with: nbgrader's exporter is configured, ours replaces it."""
    found = handler.settings["nbgrader_exporter"]
    if not isinstance(found, SafePage):
        found = SafePage(config=found.config)  # type: ignore[no-untyped-call]
        handler.settings["nbgrader_exporter"] = found
    return found


def _files_policy(handler: Any) -> str:
    return FILES_POLICY

"""Asks each kernel's guard about its tests, and believes nothing else; the runner is built on it.

A kernel without a guard, of another language for one, is believed as nbgrader believes it.
"""

from collections.abc import Collection
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from nbformat import NotebookNode

from batchgrader.execution.kernel import KernelDidNotStart
from batchgrader.execution.replies import PatientExecute
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.witness import Witness
from batchgrader.guarding.words import FEATURE, REQUEST


class WitnessedExecute(PatientExecute):
    """Gives each kernel a key before any code of the submission, and has each test vouched for.

    ``subjects`` are the names that the instructor's own answers bind.
    """

    subjects: Collection[str] = ()
    witness: Witness
    _reply_to_cell: dict[str, Any] | None = None
    _unmarked_end = False
    _needs_mark = False

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to the kernel and begin its guard; raises KernelDidNotStart as its base does."""
        self.witness = Witness()
        client = await super().async_start_new_kernel_client()
        try:
            self.witness = await self._async_meet_guard()
        except DeadKernelError as error:
            await self._async_cleanup_kernel()
            raise KernelDidNotStart(str(error)) from error
        return client

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _async_meet_guard(self) -> Witness:
        info = await self._reply(self.kc.kernel_info(), self.startup_timeout)
        if info is None or FEATURE not in info["content"].get("supported_features", ()):
            return Witness()
        witness = Witness.with_key()
        request = self.kc.session.msg(REQUEST, {"key": witness.key.hex()})
        self.kc.shell_channel.send(request)
        if await self._reply(request["header"]["msg_id"], self.startup_timeout) is None:
            raise DeadKernelError("The guard of the kernel did not answer")
        return witness

    def run_witnessed(self, cell: NotebookNode, resources: Any, index: int) -> list[Finding]:
        """Run a cell in place and have it judged; says what was found."""
        client, session = self.kc, self.kc.session
        session.metadata = self.witness.begin(cell, self.subjects)
        send = client.execute
        client.execute = lambda code, **options: send(self.witness.covered(code), **options)
        self._needs_mark, self._unmarked_end = self.witness.awaits_word, False
        self._reply_to_cell = None
        run: Any = super().preprocess_cell
        try:
            run(cell, resources, index)
        finally:
            session.metadata = {}
            client.execute = send
        if self._reply_to_cell is None:
            return []
        return self.witness.judge(cell, self._reply_to_cell)

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        self.kc.session.metadata = {}  # the request is on its way; nothing else carries the order
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)

    async def _async_poll_for_reply(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        reply = await super()._async_poll_for_reply(*arguments, **options)
        self._reply_to_cell = reply
        return reply

    def has_reply(self, reply: dict[str, Any], output: Any) -> None:
        """Where the kernel's word is not genuine, its last message will bear no mark either."""
        if self._needs_mark and self.witness.word_in(reply) is None:
            self._needs_mark = False
            if self._unmarked_end:
                output.cancel()

    def admits(self, message: dict[str, Any], cell: NotebookNode) -> bool:
        """Whether a message is to be processed; a false end of a test is not."""
        if not self._needs_mark:
            return True
        kind = message["msg_type"]
        if kind == "status":
            self._parse(message)
            if message["content"].get("execution_state") == "idle":
                if self.witness.is_end(message):
                    return True
                self._unmarked_end = True
                self.witness.find("ending")
                return False
        if kind in ("error", "stream") and self._is_diverted(message):
            self.witness.find("diverted")
        return True

    def _is_diverted(self, message: dict[str, Any]) -> bool:
        if not self.output_hook_stack[message["parent_header"].get("msg_id")]:
            return False
        content = bytes(message["content"])
        return message["msg_type"] == "error" or b'"stderr"' in content

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """As nbclient does; notes where a test's errors are cleared away."""
        if msg["msg_type"] == "execute_result":
            msg["content"].pop("transient", None)  # no other cell may change a result later
        losing = self._needs_mark and _losses(cell)
        try:
            return super().process_message(msg, cell, cell_index)
        finally:
            if losing and not _losses(cell):
                self.witness.find("cleared")


def _losses(cell: NotebookNode) -> bool:
    """Whether a cell shows what costs points."""
    return any(
        output.output_type == "error" or output.get("name") == "stderr"
        for output in cell.outputs[-200:]
    )

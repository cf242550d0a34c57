"""IPython's kernel with a guard, which begins when a worker asks for it; a stock kernel till then.

Start it with ``--IPKernelApp.kernel_class=batchgrader.guarding.kernel.GuardedKernel``.
"""

from typing import Any

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session

from batchgrader.guarding.calls import EVENT, audit
from batchgrader.guarding.hold import hold
from batchgrader.guarding.pristine import Snapshot
from batchgrader.guarding.words import FEATURE, OURS, REPLY, REQUEST


class GuardedKernel(IPythonKernel):
    """A kernel of which a worker can believe what it says of tests; kernel launchers make it.

    What a test shows, and how, is what IPython's own kernel shows.
    """

    session: Session
    _guarded = False
    _order: dict[str, Any] | None = None
    _said: dict[str, Any] | None = None
    _end: str = ""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.shell_handlers[REQUEST] = self.guard_request
        # Here, for a fork server makes the kernel once, and this takes milliseconds.
        self._kept: Snapshot | None = Snapshot()

    @property
    def kernel_info(self) -> dict[str, Any]:
        """As IPython's, and that there is a guard."""
        info: dict[str, Any] = super().kernel_info
        return info | {"supported_features": [*info.get("supported_features", ()), FEATURE]}

    async def guard_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Begin to guard with the worker's key; a second key is refused."""
        key = bytes.fromhex(parent["content"].pop("key"))
        if not self._guarded:
            self._guarded = True
            kept, self._kept = self._kept, None
            hold(self, key, kept or Snapshot())
        self.session.send(stream, REPLY, {"status": "ok"}, parent, ident=ident)

    async def dispatch_shell(self, message: list[Any], /, *arguments: Any, **options: Any) -> None:
        """As IPython's; nobody else keeps the message, for there is a secret in it."""
        await super().dispatch_shell(
            [message.pop(0) for _ in range(len(message))], *arguments, **options
        )

    def set_parent(self, ident: Any, parent: dict[str, Any], channel: str = "shell") -> None:
        """As IPython's; what is in a request to run a test goes to the guard, before all else."""
        if self._guarded and channel == "shell":
            order = parent.get("metadata", {}).pop(OURS, None)
            if order is not None and order["cell"] == "test":
                content = parent["content"]
                order["code"], content["code"] = content["code"], ""
                audit(EVENT, "take", order)
                order = {"cell": "test"}
            self._order = order
        super().set_parent(ident, parent, channel)  # type: ignore[no-untyped-call]

    async def execute_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Run a cell; the guard opens a test, and gives what IPython is to know of it."""
        order, self._said, self._end = self._order, None, ""
        if order is not None:
            content = parent["content"]
            order["code"] = content["code"]
            audit(EVENT, "cell", order)
            if order["cell"] == "test":
                audit(EVENT, "open", order)
                content["code"] = order.pop("code")
        await super().execute_request(stream, ident, parent)  # type: ignore[no-untyped-call]

    async def do_execute(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Run a cell as IPython does, and hear the guard's word on a test."""
        order, self._order = self._order, None
        reply: dict[str, Any] = {"status": "error"}
        try:
            run: Any = super().do_execute
            reply = await run(*arguments, **options)
        finally:
            if order is not None and order["cell"] == "test":
                slot: dict[str, Any] = {"status": reply["status"]}
                audit(EVENT, "close", slot)
                self._said, self._end = slot.get("word"), slot.get("end", "")
            elif order is not None and order["cell"] == "given":
                audit(EVENT, "given", order)
        return reply

    def finish_metadata(
        self, parent: dict[str, Any], metadata: dict[str, Any], reply_content: dict[str, Any]
    ) -> Any:
        """As IPython's, with the guard's word."""
        finish: Any = super().finish_metadata
        metadata = finish(parent, metadata, reply_content)
        return metadata | {OURS: self._said} if self._said else metadata

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        """As IPython's; the last message about a test is marked, so that none is forged."""
        if status != "idle" or channel != "shell" or not self._end:
            super()._publish_status(status, channel, parent)  # type: ignore[no-untyped-call]
            return
        mark, self._end = self._end, ""
        topic: Any = self._topic
        self.session.send(
            self.iopub_socket,
            "status",
            {"execution_state": status},
            parent=parent or self.get_parent(channel),  # type: ignore[no-untyped-call]
            ident=topic("status"),
            metadata={OURS: mark},
        )

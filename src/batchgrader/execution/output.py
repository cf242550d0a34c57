"""Reads what a kernel prints and shows, and keeps only so much of it; the runner is built on it.

Bytes are counted as messages arrive, so that an endless loop with output cannot fill the memory of
a worker. What is dropped is not even parsed. An error is always kept, and so is the first result
and the first word on stderr, for nbgrader's scores depend on them.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import nbformat.v4
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode

from batchgrader.execution.kernel import PlacedExecute

TRUNCATED = "... Output truncated ...\n"  # the words of nbgrader's LimitOutput

# Small messages without which a cell never ends; anything else is weighed.
_SIGNS = ("status", "execute_input", "clear_output")
_OUTPUTS = ("stream", "display_data", "execute_result", "error")

# What a message takes in memory beside its content, roughly.
_COST_OF_A_MESSAGE = 200

# How much of an output is kept that came after the cut.
_LATE_CHARACTERS = 10_000
_LATE_OUTPUTS = 3


@dataclass
class Meter:
    """How much one cell has shown so far, and whether its output was cut."""

    limit: int
    outputs: int = 0
    others: int = 0
    cut: bool = False
    late: dict[str, int] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """The bytes that may still come."""
        return self.limit - self.outputs - self.others

    def admits_late(self, kind: str) -> bool:
        """Whether one more output of a kind that scores depend on is kept after the cut."""
        self.late[kind] = self.late.get(kind, 0) + 1
        return self.late[kind] <= _LATE_OUTPUTS


class MeteredExecute(PlacedExecute):
    """Weighs each message of a kernel before it is parsed, and drops what is too much."""

    meter: Meter
    heard: float = 0.0

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        self.meter = Meter(self.place.limits.output_bytes)
        session, socket = self.kc.session, self.kc.iopub_channel.socket
        while True:
            frames = await socket.recv_multipart()
            # A socket that always has a message would never let the clock have its turn.
            await asyncio.sleep(0)
            self.heard = time.monotonic()
            try:
                _, parts = session.feed_identities(frames)
                message = session.deserialize(parts, content=False)
                if message["parent_header"].get("msg_id") != parent_msg_id:
                    continue
                weight = sum(map(len, parts[3:])) + _COST_OF_A_MESSAGE
                if self.admits(message, cell) and self._weigh(message, weight, cell):
                    self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return
            except Exception as error:
                # The notebook's own code can send anything in the kernel's name.
                self.log.warning("A message of %s was passed over: %r", self.place.name, error)

    def _weigh(self, message: dict[str, Any], weight: int, cell: NotebookNode) -> bool:
        """Parse a message that is to be processed; false for one that is not."""
        meter, kind = self.meter, message["msg_type"]
        if kind in _SIGNS:
            return weight < meter.limit and self._parse(message)
        hooked = bool(self.output_hook_stack[message["parent_header"].get("msg_id")])
        output = kind in _OUTPUTS and not hooked
        if output and self.clear_before_next_output:
            meter.outputs, meter.cut = 0, False
        if not meter.cut and weight <= meter.room and self._parse(message):
            places = self._places(message)
            weight *= places
            if weight <= meter.room:
                if output and places == 1:
                    meter.outputs += weight
                else:
                    meter.others += weight
                return True
        self._cut(message, cell)
        return False

    def _places(self, message: dict[str, Any]) -> int:
        """In how many outputs a message will be shown: one with a display id replaces earlier."""
        display = (message["content"].get("transient") or {}).get("display_id")
        shown = self._display_id_map.get(display, {}) if display else {}
        return 1 + sum(map(len, shown.values()))

    def _cut(self, message: dict[str, Any], cell: NotebookNode) -> None:
        """Drop a message but for what a score depends on; say so the first time."""
        meter, kind = self.meter, message["msg_type"]
        first = not meter.cut
        meter.cut = True
        if kind == "stream":
            self._cut_stream(message, cell, first)
        elif kind in ("error", "execute_result") and meter.admits_late(kind):
            self._parse(message)
            cell.outputs.append(_shortened(kind, message["content"]))
        if first:
            self._say_truncated(cell)

    def lose_output(self, cell: NotebookNode) -> None:
        """Say that the rest of a cell's output was lost, for it came in too large pieces."""
        if not self.meter.cut:
            self.meter.cut = True
            self._say_truncated(cell)

    def _say_truncated(self, cell: NotebookNode) -> None:
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=TRUNCATED))
        self.output_was_cut(cell)

    def _cut_stream(self, message: dict[str, Any], cell: NotebookNode, first: bool) -> None:
        """Keep the beginning of the text that crosses the limit, and a first word on stderr."""
        if not first and b"stderr" not in message["content"]:
            return
        self._parse(message)
        name, text = message["content"]["name"], str(message["content"]["text"])
        if first:
            kept = text[: max(self.meter.room, 0)]
        elif name == "stderr" and not any(o.get("name") == "stderr" for o in cell.outputs):
            kept = text[:_LATE_CHARACTERS]
        else:
            return
        self.meter.outputs += len(kept)
        cell.outputs.append(nbformat.v4.new_output("stream", name=name, text=kept))

    def _parse(self, message: dict[str, Any]) -> bool:
        if isinstance(message["content"], bytes | memoryview):
            message["content"] = self.kc.session.unpack(message["content"])
        return True

    def clear_output(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        """Clear as nbclient does; what is gone no longer counts."""
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self.meter.outputs, self.meter.cut = 0, False

    def output_was_cut(self, cell: NotebookNode) -> None:
        """Called once for each cell whose output is cut."""

    def admits(self, message: dict[str, Any], cell: NotebookNode) -> bool:
        """Called for each message about a cell, still packed; false for one to be passed over."""
        return True


def _shortened(kind: str, content: dict[str, Any]) -> Any:
    if kind == "error":
        return nbformat.v4.new_output(
            kind,
            ename=str(content["ename"])[:_LATE_CHARACTERS],
            evalue=str(content["evalue"])[:_LATE_CHARACTERS],
            traceback=[str(line)[:_LATE_CHARACTERS] for line in content["traceback"][-100:]],
        )
    text = str(content["data"].get("text/plain", ""))
    if len(text) > _LATE_CHARACTERS:
        text = text[:_LATE_CHARACTERS] + "\n" + TRUNCATED
    count = content.get("execution_count")
    return nbformat.v4.new_output(kind, {"text/plain": text}, execution_count=count)

"""What an installation remembers of a source: which slot is its own, and which tables stand still.

Positions are not kept here: the application transactions of the bronze tables are the only truth about them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from cerniq.lake import Lake


@dataclass(slots=True)
class SourceState:
    """`owner` marks slot and publication as this lake's; `incarnation` is set once the slot is known to exist.

    `stopped`: table to the bronze position at which it stopped; it is read anew before it goes on.
    `visible`: of tables whose snapshot was taken by SQL alone, what it showed (see `ingest.postgres.peek.Visible`).
    `position`: the stream position confirmed to the server, for display.
    """

    slot: str
    owner: str
    incarnation: str = ""
    position: int = 0
    stopped: dict[str, int] = field(default_factory=dict)
    visible: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def load(cls, lake: Lake, slot: str) -> SourceState:
        """The state of `slot` in this lake; a new one gets a mark of its own."""
        found = lake.read_json("ingest", f"{slot}.json")
        if found is None:
            return cls(slot=slot, owner=uuid.uuid4().hex)
        return cls(
            slot=slot,
            owner=found["owner"],
            incarnation=found["incarnation"],
            position=found["position"],
            stopped=found["stopped"],
            visible={table: (shown[0], shown[1]) for table, shown in found.get("visible", {}).items()},
        )

    def save(self, lake: Lake) -> None:
        content: dict[str, Any] = {
            "owner": self.owner,
            "incarnation": self.incarnation,
            "position": self.position,
            "stopped": self.stopped,
            "visible": {table: list(shown) for table, shown in self.visible.items()},
        }
        if lake.read_json("ingest", f"{self.slot}.json") != content:
            lake.write_json(content, "ingest", f"{self.slot}.json")

    def forget_slot(self, lake: Lake) -> None:
        """The slot is gone: everything has to be read anew under another incarnation."""
        self.incarnation, self.position, self.stopped = "", 0, {}
        self.visible = {}
        self.save(lake)

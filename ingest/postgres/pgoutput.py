"""The logical replication protocol (pgoutput, version 1): messages gathered into whole transactions.

Values stay undecoded bytes until a batch is taken; `ingest.postgres.changes` turns them into Arrow columns.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from ingest.errors import ProtocolBroken

_PG_EPOCH_MICROSECONDS = 946_684_800_000_000  # 2000-01-01 in microseconds since 1970
_BEGIN = struct.Struct(">qqI")
_COMMIT = struct.Struct(">bqqq")
# Updates may be written as two rows (a key change), so that every message takes two ordinals.
ORDINALS_PER_MESSAGE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A table as the stream described it at one time; compared by identity, once a message."""

    relid: int
    schema: str
    name: str
    identity: str
    columns: tuple[str, ...]
    key: frozenset[str]


@dataclass(slots=True)
class Group:
    """Messages of one relation and one shape (b"IN", b"UN", b"UK", b"UO", b"DK", b"DO", b"T")."""

    payloads: list[bytes] = field(default_factory=list)
    transactions: list[int] = field(default_factory=list)
    ordinals: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """Whole transactions in commit order. `transactions` index into the three lists."""

    groups: dict[tuple[Relation, bytes], Group] = field(default_factory=dict)
    commit_lsns: list[int] = field(default_factory=list)
    commit_times: list[int] = field(default_factory=list)
    xids: list[int] = field(default_factory=list)
    changes: int = 0
    size: int = 0
    end_lsn: int = 0

    @property
    def last_commit(self) -> int:
        return self.commit_lsns[-1] if self.commit_lsns else 0


class Decoder:
    """Feed it messages; take a batch whenever no transaction is open."""

    def __init__(self) -> None:
        self._relations: dict[int, Relation] = {}
        self.batch = Batch()
        self.in_transaction = False
        self._transaction = 0
        self._ordinal = 0

    def take(self) -> Batch:
        """What has been gathered since the last call."""
        if self.in_transaction:
            raise ProtocolBroken("A batch was asked for inside a transaction.", cure="Report this fault.")
        taken, self.batch = self.batch, Batch()
        return taken

    def feed(self, payload: bytes) -> None:
        """Take one message. Raises `ProtocolBroken` for one that the protocol does not know."""
        kind = payload[:1]
        if kind in (b"I", b"D", b"U"):
            relation = self._relations[int.from_bytes(payload[1:5])]
            # The byte behind the relation says which tuple comes first: new, key or old.
            self._add(relation, kind + payload[5:6], payload)
        elif kind == b"B":
            self._begin(payload)
        elif kind == b"C":
            self._commit(payload)
        elif kind == b"R":
            relation = parse_relation(payload)
            self._relations[relation.relid] = relation
        elif kind == b"T":
            count = int.from_bytes(payload[1:5])
            for index in range(count):
                relid = int.from_bytes(payload[6 + 4 * index : 10 + 4 * index])
                self._add(self._relations[relid], b"T", b"")
        elif kind not in (b"Y", b"O", b"M"):  # types, origins and messages carry no rows
            raise ProtocolBroken(f"Unknown message {kind!r} in the stream.", cure="Report the server's version.")

    def _begin(self, payload: bytes) -> None:
        commit_lsn, at, xid = _BEGIN.unpack_from(payload, 1)
        self.in_transaction = True
        self._transaction = len(self.batch.commit_lsns)
        self._ordinal = 0
        self.batch.commit_lsns.append(commit_lsn)
        self.batch.xids.append(xid)
        self.batch.commit_times.append(at + _PG_EPOCH_MICROSECONDS)

    def _commit(self, payload: bytes) -> None:
        _flags, _commit_lsn, end_lsn, _at = _COMMIT.unpack_from(payload, 1)
        self.batch.end_lsn = end_lsn
        self.in_transaction = False

    def _add(self, relation: Relation, shape: bytes, payload: bytes) -> None:
        group = self.batch.groups.get((relation, shape))
        if group is None:
            group = self.batch.groups[relation, shape] = Group()
        group.payloads.append(payload)
        group.transactions.append(self._transaction)
        group.ordinals.append(self._ordinal)
        self._ordinal += ORDINALS_PER_MESSAGE
        self.batch.changes += 1
        self.batch.size += len(payload)


def parse_relation(payload: bytes) -> Relation:
    """A relation message: id, schema, name, replica identity, then for each column flags, name, type, modifier."""
    relid = int.from_bytes(payload[1:5])
    schema, position = _text(payload, 5)
    name, position = _text(payload, position)
    identity = chr(payload[position])
    count = int.from_bytes(payload[position + 1 : position + 3])
    position += 3
    columns, key = [], set()
    for _ in range(count):
        in_key = payload[position] & 1
        column, position = _text(payload, position + 1)
        columns.append(column)
        if in_key:
            key.add(column)
        position += 8  # type and modifier: the catalogue told the plan already
    return Relation(relid, schema, name, identity, tuple(columns), frozenset(key))


def _text(payload: bytes, position: int) -> tuple[str, int]:
    end = payload.index(0, position)
    return payload[position:end].decode(), end + 1

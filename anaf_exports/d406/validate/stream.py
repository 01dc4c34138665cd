"""Reading a D406 a record at a time in bounded memory, and refusing what no honest file holds.

A record (an account, a transaction, an invoice, ...) is handed out whole and then emptied; of a run of
equal records one empty element stays, so that at the end the rest of the tree shows the order of
everything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anaf_exports.d406.spec import Spec, Structure
from anaf_exports.d406.xml import Node, etree
from cerniq.errors import PermanentError

_CHUNK = 1 << 20
_LONGEST_PROLOG = 1 << 16
_LARGEST_RECORD = 64 << 20
_PROLOG = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--.*?-->|<\?.*?\?>)*(<!DOCTYPE|<[A-Za-z_])", re.DOTALL
)
_ENCODING = re.compile(rb"\A(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.DOTALL)
_ENCODINGS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-2", "iso-8859-16", "windows-1250"}
)


class Refused(PermanentError):
    """A file that is not read on: not XML, hostile, or of another namespace. `rule` names the finding."""

    def __init__(self, rule: str, message: str, *, line: int = 0) -> None:
        super().__init__(message, cure="Write the file anew with a program that makes D406 files.")
        self.rule = rule
        self.line = line


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record: `path` from the root with its position, `parent` the element that holds it."""

    node: Node
    structure: Structure
    path: str
    section: str
    number: int


@dataclass(slots=True)
class Stream:
    """`records()` yields the records in order; afterwards `root` is the tree that is left."""

    file: Path
    spec: Spec
    root: Node | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _paths: dict[tuple[str, ...], Structure] = field(default_factory=dict)

    def records(self) -> Iterator[Record]:
        """Raises `Refused`."""
        self._prolog()
        prefix = f"{{{self.spec.namespace}}}"
        self._paths = dict(_record_paths(self.spec))
        tags = sorted({path[-1] for path in self._paths})
        parser = etree.XMLPullParser(
            events=("end",),
            tag=[prefix + tag for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        with self.file.open("rb") as source:
            yield from self._feed(source.read, parser, prefix)

    def _feed(self, read: Callable[[int], bytes], parser: Any, prefix: str) -> Iterator[Record]:
        pending = 0
        judged: Record | None = None
        try:
            while chunk := read(_CHUNK):
                parser.feed(chunk)
                pending += len(chunk)
                for _, node in parser.read_events():
                    pending = 0
                    record = self._record(node, prefix)
                    if record is None:
                        continue
                    yield record
                    # The parser may still add to what it read last, so the one before is emptied.
                    if judged is not None:
                        _collapse(judged.node, judged.structure)
                    judged = record
                if pending > _LARGEST_RECORD:
                    raise Refused("anaf.structure.size", f"no record ends within {_LARGEST_RECORD >> 20} MiB")
            self.root = parser.close()
        except etree.XMLSyntaxError as error:
            raise Refused("anaf.structure.xml", f"not well-formed: {error.msg}", line=error.lineno or 0) from error
        if self.root.tag != prefix + self.spec.root.name:
            raise Refused("anaf.structure.namespace", f"the root is {self.root.tag}, not {prefix}{self.spec.root.name}")

    def _prolog(self) -> None:
        """Refuse a document type (entities), an unusual encoding and an endless prolog before the parser
        sees them."""
        with self.file.open("rb") as source:
            head = source.read(_LONGEST_PROLOG)
        match = _PROLOG.match(head)
        if match is None:
            raise Refused("anaf.structure.xml", "no XML element at the beginning")
        if match.group(1) == b"<!DOCTYPE":
            raise Refused("own.refused.doctype", "a document type declaration (entities) is refused")
        encoding = _ENCODING.match(head)
        if encoding and encoding.group(1).decode().lower() not in _ENCODINGS:
            raise Refused("own.refused.encoding", f"encoding {encoding.group(1).decode()} is refused: write UTF-8")

    def _record(self, node: Node, prefix: str) -> Record | None:
        names = [str(node.tag).removeprefix(prefix)]
        names += [str(parent.tag).removeprefix(prefix) for parent in node.iterancestors()]
        path = tuple(reversed(names))
        structure = self._paths.get(path)
        if structure is None:
            return None  # out of place: its container complains about it
        where = "/".join(path)
        self.counts[where] += 1
        section = path[-2] if path[-2] != "Journal" else path[-3]
        return Record(node, structure, f"{where}[{self.counts[where]}]", section, self.counts[where])


def _collapse(node: Node, structure: Structure) -> None:
    """Empty a judged record; drop it when its elder brother is the empty rest of an equal one."""
    tail = node.tail if node.tail and node.tail.strip() else None
    elder = node.getprevious()
    parent = node.getparent()
    alike = elder is not None and elder.tag == node.tag and not len(elder)
    if structure.many and alike and parent is not None and not tail:
        parent.remove(node)
        return
    node.clear()
    node.tail = tail


def _record_paths(spec: Spec) -> Iterator[tuple[tuple[str, ...], Structure]]:
    """Every place where a record may stand, as names from the root."""
    pending: list[tuple[tuple[str, ...], Structure | None]] = [((spec.root.name,), spec.root.structure)]
    while pending:
        path, structure = pending.pop()
        if structure is None:
            continue
        if structure.record:
            yield path, structure
            continue
        pending += [((*path, element.name), element.structure) for element in structure.elements() if element.structure]

"""The D406 structure as objects, read once from `structure/*.yaml`. Knows no values, no rows and no XML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Submission = Literal["L", "T", "A", "C", "NL", "NT"]
Content = Literal["full", "some", "empty", "optional", "absent"]
SUBMISSIONS: tuple[Submission, ...] = ("L", "T", "A", "C", "NL", "NT")

_ELEMENT = re.compile(r"(\w+)([?*+]?) ([\w:]+)")
_OCCURS: dict[str, tuple[int, int | None]] = {
    "": (1, 1),
    "?": (0, 1),
    "+": (1, None),
    "*": (0, None),
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element: `structure` is set for an element with children, else `kind` names the kind of its
    value."""

    name: str
    kind: str
    min: int
    max: int | None
    structure: Structure | None = None


@dataclass(frozen=True, slots=True)
class Particle:
    """One place in a structure: a single element, or alternatives of which one is taken whole."""

    alternatives: tuple[tuple[Element, ...], ...]

    @property
    def is_choice(self) -> bool:
        return len(self.alternatives) > 1 or len(self.alternatives[0]) > 1

    @property
    def required(self) -> bool:
        """Whether something of it must stand there: an alternative that may be empty excuses a choice."""
        return all(any(element.min for element in alternative) for alternative in self.alternatives)


@dataclass(slots=True)
class Structure:
    """A named structure. Structures refer to each other, so `particles` is filled after all of them exist."""

    name: str
    record: bool = False
    many: bool = False
    group: bool = False
    repeats: bool = False
    required_by_xsd: bool = False
    rules: tuple[str, ...] = ()
    particles: tuple[Particle, ...] = ()
    index: dict[str, tuple[int, int, int, Element]] = field(default_factory=dict)

    def elements(self) -> Iterator[Element]:
        """All elements in document order, choices flattened."""
        for particle in self.particles:
            for alternative in particle.alternatives:
                yield from alternative

    def element(self, name: str) -> Element:
        return self.index[name][3]


@dataclass(frozen=True, slots=True)
class Spec:
    """`sections[name][submission]` says what a section holds; `months` what a filing may span; `digest` is
    SHA-256."""

    namespace: str
    root: Element
    structures: dict[str, Structure]
    sections: dict[str, dict[str, Content]]
    months: dict[str, tuple[int, int] | None]
    digest: str

    @property
    def records(self) -> frozenset[str]:
        """The structures that repeat without bound and are written and judged one at a time."""
        return frozenset(structure.name for structure in self.structures.values() if structure.record)


@cache
def load() -> Spec:
    """The structure that this version of the package carries."""
    import yaml

    folder = files("anaf_exports.d406") / "structure"
    texts = [
        entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".yaml")
    ]
    head, *parts = [yaml.safe_load(text) for text in texts]
    raw: dict[str, Any] = {name: body for part in parts for name, body in part.items()}
    structures = _structures(raw)
    _mark_many(structures)
    root = Element(head["root"], head["root"], 1, 1, structures[head["root"]])
    return Spec(
        namespace=head["namespace"],
        root=root,
        structures=structures,
        sections={name: dict(zip(SUBMISSIONS, row, strict=True)) for name, row in head["sections"].items()},
        months={name: _span(entry["months"]) for name, entry in head["submissions"].items()},
        digest=hashlib.sha256("\0".join(texts).encode()).hexdigest(),
    )


def _span(months: list[int] | None) -> tuple[int, int] | None:
    return (months[0], months[1]) if months else None


def _structures(raw: dict[str, Any]) -> dict[str, Structure]:
    structures = {
        name: Structure(
            name=name,
            record=body.get("record", False),
            group=body.get("group", False),
            repeats=body.get("repeats", False),
            required_by_xsd=body.get("xsd") == "required",
            rules=tuple(body.get("rules", ())),
        )
        for name, body in raw.items()
    }
    for name, body in raw.items():
        structure = structures[name]
        structure.particles = tuple(_particle(line, structures) for line in body["elements"])
        structure.index = {
            element.name: (place, choice, step, element)
            for place, particle in enumerate(structure.particles)
            for choice, alternative in enumerate(particle.alternatives)
            for step, element in enumerate(alternative)
        }
    return structures


def _mark_many(structures: dict[str, Structure]) -> None:
    """Set `many` on what may stand side by side without bound."""
    for structure in structures.values():
        for element in structure.elements():
            if element.structure is not None and element.max is None:
                element.structure.many = True


def _particle(line: str, structures: dict[str, Structure]) -> Particle:
    return Particle(
        tuple(
            tuple(_element(text.strip(), structures) for text in alternative.split(","))
            for alternative in line.split("|")
        )
    )


def _element(text: str, structures: dict[str, Structure]) -> Element:
    match = _ELEMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"structure: cannot read element {text!r}")
    name, mark, kind = match.groups()
    least, most = _OCCURS[mark]
    return Element(name, kind, least, most, structures.get(kind))

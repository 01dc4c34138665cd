"""One element against its structure: order, occurrences, choices, values. Reads the spec, knows no section
rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from anaf_exports.d406.spec import Element, Particle, Structure
from anaf_exports.d406.validate.rules import RULES
from anaf_exports.d406.values import Judge, Values
from anaf_exports.d406.xml import Node, etree

Complain = Callable[[str, Node, str], None]
"""Called with rule, element and message for each finding."""

_REMEMBERED = 20_000
_Step = tuple[Structure | None, str, set[str]]
"""For one child: its structure, or the kind of its value with the values of that kind found good before."""
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


class SectionLaw(Protocol):
    """Decides about a section that a submission fills, leaves empty or does not have."""

    def content(self, name: str) -> str | None: ...


class Matcher:
    """Judges trees of elements. `law` is None inside a record, where no sections are.

    `skip`: structures judged before, whose elements are only placeholders here.
    """

    def __init__(self, namespace: str, values: Values, complain: Complain) -> None:
        self.prefix = f"{{{namespace}}}"
        self._values = values
        self._complain = complain
        self._judges: dict[str, Judge] = {}
        self._good: dict[str, set[str]] = {}
        self._shapes: dict[str, dict[tuple[str, ...], list[_Step]]] = {}
        self._has_attributes = etree.XPath("boolean(.//@*)")

    def judge_record(self, node: Node, structure: Structure) -> None:
        """As `judge` for a whole record, the quick way: what came in the same order before is not matched again."""
        if self._has_attributes(node):
            self.judge(node, structure)
        else:
            self._quick(node, structure)

    def _quick(self, node: Node, structure: Structure) -> None:
        steps = self._shape(tuple([child.tag for child in node]), structure)
        if steps is None or _is_text(node.text):
            self.judge(node, structure)
            return
        for child, (inner, kind, good) in zip(node, steps, strict=True):
            if _is_text(child.tail):
                self._complain("anaf.structure.text", node, "text where only elements may stand")
            if inner is not None:
                self._quick(child, inner)
            elif child.text not in good or len(child):
                self._leaf(child, kind)
        for rule in structure.rules:
            RULES[rule](node, self.prefix, self._complain)

    def _shape(self, tags: tuple[str, ...], structure: Structure) -> list[_Step] | None:
        """What to do with each child of a structure whose children have `tags`; None when they may not be so."""
        known = self._shapes.setdefault(structure.name, {})
        steps = known.get(tags)
        if steps is not None:
            return steps
        names = [str(tag).removeprefix(self.prefix) for tag in tags]
        course = _Course(structure, None)
        if not (structure.group and not names) and (any(map(course.take, names)) or course.end()):
            return None
        elements = [structure.element(name) for name in names]
        steps = [(element.structure, element.kind, self._good.setdefault(element.kind, set())) for element in elements]
        if len(known) < _REMEMBERED:
            known[tags] = steps
        return steps

    def judge(
        self,
        node: Node,
        structure: Structure,
        *,
        law: SectionLaw | None = None,
        skip: frozenset[str] = frozenset(),
    ) -> None:
        """Judge `node` and all below it as a `structure`."""
        children = self._children(node)
        self._order(node, structure, children, law)
        for child in children:
            place = structure.index.get(self.local(child))
            if place is None:
                continue
            element = place[3]
            if element.structure is None:
                self._leaf(child, element.kind)
            elif element.name not in skip or not element.structure.record:
                self._child(child, element.structure, law, skip)
        for rule in structure.rules:
            RULES[rule](node, self.prefix, self._complain)

    def _child(self, node: Node, structure: Structure, law: SectionLaw | None, skip: frozenset[str]) -> None:
        content = law.content(structure.name) if law else None
        if content in ("empty", "absent"):
            if content == "empty" and len(self._children(node)):
                self._complain("anaf.structure.not_empty", node, f"{structure.name} must be empty in this submission")
            return
        if content == "some" and not len(self._children(node)):
            self._complain("anaf.structure.missing", node, f"{structure.name} must not be empty in this submission")
            return
        self.judge(node, structure, law=law, skip=skip)

    def local(self, node: Node) -> str:
        """The name without the namespace; a name of another namespace stays whole and so matches nothing."""
        return str(node.tag).removeprefix(self.prefix)

    def _children(self, node: Node) -> list[Node]:
        """The elements below `node`; text beside them and attributes are findings."""
        children = [child for child in node if isinstance(child.tag, str)]
        self._no_attributes(node)
        if (node.text and node.text.strip()) or any(child.tail and child.tail.strip() for child in node):
            self._complain("anaf.structure.text", node, "text where only elements may stand")
        return children

    def _no_attributes(self, node: Node) -> None:
        for name in node.attrib:
            if node.getparent() is not None or not str(name).startswith(_SCHEMA_INSTANCE):
                self._complain("anaf.value.attribute", node, f"unknown attribute {name!s}")

    def _order(self, node: Node, structure: Structure, children: list[Node], law: SectionLaw | None) -> None:
        if structure.group and not children:
            return
        course = _Course(structure, law)
        for child in children:
            problem = course.take(self.local(child))
            if problem:
                self._complain(problem[0], child, problem[1])
                return
        for missing in course.end():
            self._complain("anaf.structure.missing", node, f"{missing} is missing")

    def _leaf(self, node: Node, kind: str) -> None:
        self._no_attributes(node)
        text = node.text or ""
        if len(node):
            if any(isinstance(child.tag, str) for child in node):
                self._complain("anaf.structure.unexpected", node[0], "an element where only a value may stand")
                return
            text = "".join(node.itertext(with_tail=True))
        text = text.strip()
        good = self._good.setdefault(kind, set())
        if text in good:
            return
        problem = self._judge_of(kind)(text) if text else "present, but empty"
        if problem:
            self._complain(f"anaf.value.{kind.partition(':')[2] or kind}", node, problem)
        elif len(good) < _REMEMBERED:
            good.add(text)

    def _judge_of(self, kind: str) -> Judge:
        judge = self._judges.get(kind)
        if judge is None:
            judge = self._judges[kind] = self._values.judge(kind)
        return judge


def _is_text(text: str | None) -> bool:
    return text is not None and not text.isspace()


class _Course:
    """The way through a structure's particles, one child at a time."""

    def __init__(self, structure: Structure, law: SectionLaw | None) -> None:
        self._structure = structure
        self._law = law
        self._restart()

    def _restart(self) -> None:
        self._at = 0
        self._choice = -1
        self._step = 0
        self._count = 0

    def take(self, name: str) -> tuple[str, str] | None:
        """Go on to `name`; the answer is a rule and a message when it may not stand here."""
        place = self._structure.index.get(name)
        if place is None:
            return "anaf.structure.unexpected", f"{name} does not belong in {self._structure.name}"
        at, choice, step, element = place
        if self._law and self._law.content(name) == "absent":
            return "anaf.structure.unexpected", f"{name} may not stand in this submission"
        if self._begins_again(at, element) and not self.end():
            self._restart()
        if at < self._at:
            return "anaf.structure.order", f"{name} stands after an element that must follow it"
        if at > self._at:
            if missing := self._missing(self._at, at):
                return "anaf.structure.missing", f"{missing[0]} is missing before {name}"
            self._at, self._choice, self._step, self._count = at, -1, 0, 0
        return self._within(element, choice, step)

    def _begins_again(self, at: int, element: Element) -> bool:
        full = at == self._at and element.max is not None and self._count >= element.max
        return self._structure.repeats and (at < self._at or full)

    def _within(self, element: Element, choice: int, step: int) -> tuple[str, str] | None:
        particle = self._structure.particles[self._at]
        if self._choice not in (-1, choice):
            return "anaf.structure.choice", f"{element.name} excludes what stands before it"
        self._choice = choice
        if step < self._step:
            return "anaf.structure.order", f"{element.name} stands after an element that must follow it"
        if step > self._step:
            unmet = self._unmet(particle, self._step, step)
            if unmet:
                return "anaf.structure.missing", f"{unmet[0]} is missing before {element.name}"
            self._step, self._count = step, 0
        self._count += 1
        if element.max is not None and self._count > element.max:
            return "anaf.structure.too_many", f"{element.name} stands here more than {element.max} times"
        return None

    def end(self) -> list[str]:
        return self._missing(self._at, len(self._structure.particles))

    def _missing(self, start: int, stop: int) -> list[str]:
        """Required names of the particles from `start` (where we are) up to `stop`."""
        names: list[str] = []
        for at in range(start, stop):
            particle = self._structure.particles[at]
            if at == self._at and self._choice >= 0:
                names += self._unmet(particle, self._step, len(particle.alternatives[self._choice]))
            elif self._required(particle):
                names.append(" or ".join(alternative[0].name for alternative in particle.alternatives))
        return names

    def _required(self, particle: Particle) -> bool:
        name = particle.alternatives[0][0].name
        content = self._law.content(name) if self._law else None
        return particle.required if content is None else content in ("full", "some", "empty")

    def _unmet(self, particle: Particle, start: int, stop: int) -> list[str]:
        alternative: Iterable[Element] = particle.alternatives[max(self._choice, 0)][start:stop]
        return [
            element.name
            for offset, element in enumerate(alternative)
            if element.min and not (offset == 0 and self._count)
        ]

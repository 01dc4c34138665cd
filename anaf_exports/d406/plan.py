"""How a D406 is written: the structure turned into SQL that renders text, one query a relation.

A relation holds what repeats: `audit_file` (one row: header and section totals), `customers__customer`,
`general_ledger_entries__journal__transaction__transaction_line` and so on; its name is the path of elements
from the section on. A column is named by the path from the relation's element to a value,
`CompanyStructure.Address.City`.
`_key` orders the rows and is unique, `_parent` is the key of the row above. A value that is NULL is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from anaf_exports.d406.spec import Element, Particle, Spec, Structure
from cerniq.errors import PermanentError

ROOT_RELATION = "audit_file"
_ABOVE_SECTIONS = frozenset({"AuditFile", "MasterFiles", "SourceDocuments"})
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))

Columns = Mapping[str, frozenset[str]]
"""Relation -> its columns."""


class IncompleteRelation(PermanentError):
    """A relation lacks a column that the structure requires."""


@dataclass(slots=True)
class Plan:
    """One relation: `texts[0]`, rows of `children[0]`, `texts[1]`, ... Each text is an SQL expression over
    a row."""

    relation: str
    texts: list[str] = field(default_factory=lambda: ["''"])
    children: list[Plan] = field(default_factory=list)
    columns: frozenset[str] = frozenset()

    def text(self, expression: str) -> None:
        last = self.texts[-1]
        self.texts[-1] = expression if last == "''" else f"{last} || {expression}"

    def child(self, plan: Plan) -> None:
        self.children.append(plan)
        self.texts.append("''")

    def query(self, schema: str) -> str:
        parent = "_parent" if "_parent" in self.columns else "0"
        texts = ", ".join(f"{text} as t{number}" for number, text in enumerate(self.texts))
        return f"select {parent}, _key, {texts} from {schema}.{self.relation} order by 1, 2"


def plan(spec: Spec, submission: str, columns: Columns) -> Plan:
    """The plan of a whole document. Raises `IncompleteRelation`."""
    return _Planner(spec, submission, columns).document()


def relation_name(path: tuple[str, ...]) -> str:
    names = [name for name in path if name not in _ABOVE_SECTIONS]
    return "__".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower() for name in names)


class _Planner:
    def __init__(self, spec: Spec, submission: str, columns: Columns) -> None:
        self._spec = spec
        self._submission = submission
        self._columns = columns

    def document(self) -> Plan:
        root = self._spec.root
        result = Plan(ROOT_RELATION, columns=self._of(ROOT_RELATION))
        result.text(f"""'<{root.name} xmlns="{self._spec.namespace}">'""")
        if root.structure is not None:
            self._body(result, root.structure, (), (root.name,))
        result.text(f"'</{root.name}>\n'")
        return result

    def _of(self, relation: str) -> frozenset[str]:
        return self._columns.get(relation, frozenset())

    def _body(self, into: Plan, structure: Structure, inside: tuple[str, ...], path: tuple[str, ...]) -> None:
        """The elements of `structure`; `inside` is the way from the relation's element, `path` that from
        the root."""
        for particle in structure.particles:
            for alternative in particle.alternatives:
                for element in alternative:
                    self._element(into, element, particle, inside, path)

    def _element(
        self, into: Plan, element: Element, particle: Particle, inside: tuple[str, ...], path: tuple[str, ...]
    ) -> None:
        here, below = (*inside, element.name), (*path, element.name)
        content = self._spec.sections.get(element.name, {}).get(self._submission)
        if content == "absent":
            return
        if content == "empty":
            into.text(f"'<{element.name}/>\n'")
        elif element.structure is None:
            self._value(into, element, particle, here)
        elif element.max is None and self._of(relation_name(below)):
            into.child(self._many(element, element.structure, below))
        else:
            self._single(into, element, element.structure, here, below)

    def _value(self, into: Plan, element: Element, particle: Particle, here: tuple[str, ...]) -> None:
        column = ".".join(here)
        if column in into.columns:
            into.text(_leaf(column, element))
        elif element.min and not particle.is_choice and len(here) == 1:
            raise IncompleteRelation(f"{into.relation} has no column {column}.")

    def _many(self, element: Element, structure: Structure, path: tuple[str, ...]) -> Plan:
        relation = relation_name(path)
        result = Plan(relation, columns=self._of(relation))
        result.text(f"'<{element.name}>'")
        self._body(result, structure, (), path)
        result.text(f"'</{element.name}>\n'")
        return result

    def _single(
        self, into: Plan, element: Element, structure: Structure, here: tuple[str, ...], path: tuple[str, ...]
    ) -> None:
        """A structure written from the columns of its relation: left out, or empty, when all of them are
        NULL."""
        name = element.name
        columns = sorted(column for column in into.columns if column.startswith(".".join(here) + "."))
        above = name in _ABOVE_SECTIONS or (not columns and name in self._spec.sections)
        if not columns and not above:
            return
        filled = " or ".join(f'"{column}" is not null' for column in columns)
        empty = f"<{name}/>\n" if structure.group else ""
        if above:
            into.text(f"'<{name}>\n'")
        else:
            into.text(f"case when {filled} then '<{name}>' else '{empty}' end")
        self._body(into, structure, here, path)
        into.text(f"'</{name}>\n'" if above else f"case when {filled} then '</{name}>' else '' end")


def _leaf(column: str, element: Element) -> str:
    value = f'cast("{column}" as varchar)'
    if element.kind.startswith("text"):
        # Line ends and control characters have no place in a value; an over-long text is cut at its limit.
        value = f"nullif(trim(regexp_replace({value}, '[\\x00-\\x20]+', ' ', 'g')), '')"
        value = f"left({value}, {int(element.kind.removeprefix('text'))})"
    escaped = reduce(lambda text, pair: f"replace({text}, '{pair[0]}', '{pair[1]}')", _ESCAPES, value)
    return f"coalesce('<{element.name}>' || {escaped} || '</{element.name}>', '')"

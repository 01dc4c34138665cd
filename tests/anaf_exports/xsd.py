"""ANAF's XSD as a judge in tests: it names another namespace than filed documents have, so a copy is judged.

The XSD lies in the reference beside a checkout of the project and is not part of it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from lxml import etree

from tests.anaf_exports.probes import ABSENT, NAMESPACE, REFERENCE

PATH = REFERENCE / "Ro_SAFT_Schema_v249_2025.xsd"
needed = pytest.mark.skipif(not PATH.exists(), reason=ABSENT)
_XSD_NAMESPACE = "mfp:anaf:dgti:d406t:declaratie:v1"
XS = "{http://www.w3.org/2001/XMLSchema}"


@cache
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(PATH)))


def complaints(document: bytes) -> list[str]:
    """What the XSD has against a document of the filed namespace; empty when it is valid."""
    root = etree.fromstring(document.replace(NAMESPACE.encode(), _XSD_NAMESPACE.encode()))
    schema().validate(root)
    return [f"line {error.line}: {error.message}" for error in schema().error_log]


def children() -> dict[str, list[str]]:
    """Path of an element, without the root -> the names of its children in order."""
    root = etree.parse(str(PATH)).getroot()
    types = {node.get("name"): node for node in root.findall(f"{XS}complexType")}
    found: dict[str, list[str]] = {}
    pending = [("", root.find(f"{XS}element"))]
    while pending:
        path, element = pending.pop()
        inside = _content(element, types)
        names = [node.get("name") for node in inside]
        if names:
            found[path] = names
        pending += [(f"{path}/{node.get('name')}".lstrip("/"), node) for node in inside]
    return found


def lengths() -> dict[str, int]:
    """Name of a simple type -> its greatest length."""
    root = etree.parse(str(PATH)).getroot()
    return {
        node.get("name"): int(limit.get("value"))
        for node in root.findall(f"{XS}simpleType")
        for limit in node.iter(f"{XS}maxLength")
    }


def _content(element: Any, types: dict[str, Any]) -> list[Any]:
    """The elements that stand directly in `element`, base types first."""
    named = (element.get("type") or "").removeprefix("nsSAFT:")
    holder = types.get(named) if named else element.find(f"{XS}complexType")
    if holder is None:
        return []
    base = holder.find(f"{XS}complexContent/{XS}extension")
    before = _content_of_type(types[base.get("base").removeprefix("nsSAFT:")], types) if base is not None else []
    return before + _content_of_type(holder, types)


def _content_of_type(holder: Any, types: dict[str, Any]) -> list[Any]:
    nested = set()
    found = []
    for node in holder.iter(f"{XS}element"):
        if any(id(parent) in nested for parent in node.iterancestors()):
            continue
        nested.add(id(node))
        found.append(node)
    return found

"""The structure against ANAF's XSD: the same elements in the same order."""

from __future__ import annotations

from anaf_exports.d406.spec import Structure, load
from tests.anaf_exports import xsd

pytestmark = xsd.needed


def _children(structure: Structure, path: str) -> dict[str, list[str]]:
    found = {path: [element.name for element in structure.elements()]}
    for element in structure.elements():
        if element.structure is not None:
            found |= _children(element.structure, f"{path}/{element.name}".lstrip("/"))
    return found


def test_the_structure_has_the_elements_of_the_xsd_in_their_order() -> None:
    root = load().root.structure
    assert root is not None
    ours, theirs = _children(root, ""), xsd.children()
    assert ours.keys() == theirs.keys()
    assert {path: ours[path] for path in ours if ours[path] != theirs[path]} == {}


def test_text_has_the_lengths_of_the_xsd() -> None:
    kinds = {
        element.kind
        for structure in load().structures.values()
        for element in structure.elements()
        if element.kind.startswith("text")
    }
    allowed = {f"text{length}" for length in xsd.lengths().values()}
    # The official validator takes a time of 5 characters where the XSD has a time (C_time in the probes).
    assert kinds - allowed == {"text5"}


def test_every_section_says_what_each_submission_holds() -> None:
    spec = load()
    assert set(spec.sections) <= set(spec.structures)
    assert all(len(row) == 6 for row in spec.sections.values())

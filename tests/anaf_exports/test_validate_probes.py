"""Our verdict against the official validator's on each probe of the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from anaf_exports.d406.validate import validate
from tests.anaf_exports.probes import ABSENT, document, probes

PROBES = probes()
pytestmark = pytest.mark.skipif(not PROBES, reason=ABSENT)


@pytest.mark.parametrize("probe", PROBES, ids=[row["probe"] for row in PROBES])
def test_a_probe_is_judged_as_the_official_validator_judges_it(probe: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "probe.xml"
    file.write_text(document(probe), encoding="utf-8")
    report = validate(file)
    findings = [f"{finding.rule} {finding.message}" for finding in report.findings if finding.severity == "error"]
    assert report.valid is (int(probe["validator_rc"]) >= 0), findings


def test_all_probes_are_there() -> None:
    assert len(PROBES) == 191

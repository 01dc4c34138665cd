"""The official validator as judge. It runs where CERNIQ_ANAF_KIT names its jars; how it is called is tested always."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from anaf_exports.d406.export import export
from anaf_exports.d406.validate import validate
from anaf_exports.d406.validate.official import KitError
from cerniq.lake import Lake
from cerniq.period import Period
from tests.anaf_exports import ledger
from tests.anaf_exports.documents import minimal
from tests.support.silver import write_silver

KIT = os.environ.get("CERNIQ_ANAF_KIT")
with_kit = pytest.mark.skipif(not KIT or not shutil.which("java"), reason="no ANAF kit is named, or no java")


def test_a_directory_without_the_jars_is_no_kit(tmp_path: Path) -> None:
    file = tmp_path / "d406.xml"
    file.write_text(minimal(), encoding="utf-8")
    with pytest.raises(KitError, match=r"D406Validator\.jar"):
        validate(file, kit=tmp_path)


@with_kit
def test_the_official_verdict_is_in_the_report(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(minimal(), encoding="utf-8")
    bad.write_text(minimal().replace("<AccountID>371<", "<AccountID>6999<"), encoding="utf-8")
    accepted, refused = (validate(file, kit=KIT) for file in (good, bad))
    assert accepted.valid and accepted.official is not None and accepted.official["return_code"] == 0
    assert not refused.valid and refused.official is not None and refused.official["return_code"] == -1
    assert refused.counts["official.E"] == refused.counts["anaf.value.account"]


@with_kit
def test_the_official_validator_takes_the_filings_of_both_companies(two_lakes: tuple[Lake, Lake]) -> None:
    for lake in two_lakes:
        write_silver(lake, ledger.tables(str(lake.tenant)))
        assert export(lake, Period.month(2026, 8), profile={}).manifest["official"]["ran"] is False
        for text, submission in (("2026-08", "L"), ("2026-12", "L"), ("2026-Q3", "T")):
            result = export(
                lake, Period.parse(text), type=submission, profile={}, kit=Path(str(KIT)), today=date(2027, 1, 1)
            )
            assert result.valid, result.findings
            assert result.manifest["official"]["return_code"] == 0

"""`cerniq d406` as a user calls it: exit status, JSON, and what it says without the official judge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cerniq.cli import cli
from cerniq.control import ControlDb
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId
from tests.anaf_exports import ledger
from tests.anaf_exports.documents import minimal
from tests.support.silver import write_silver

Call = Callable[..., Result]


@pytest.fixture
def call(settings: Settings, two_lakes: tuple[Lake, Lake], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.delenv("CERNIQ_ANAF_KIT", raising=False)
    with ControlDb.open(settings) as control:
        for lake in two_lakes:
            name, cui = ledger.COMPANIES[str(lake.tenant)]
            control.add_tenant(lake.tenant, name, Cui(cui), {})
            write_silver(lake, ledger.tables(str(lake.tenant)))
    return lambda *arguments: CliRunner().invoke(cli, ["d406", *arguments], standalone_mode=False)


def test_export_says_what_it_filed_and_records_it(call: Call, settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "august.xml"
    result = call("export", "comert-nord", "--period", "2026-08", "--out", str(target), "--json")
    answer = json.loads(result.stdout)
    assert (answer["valid"], answer["number"], answer["findings"]) == (True, 1, [])
    assert answer["official"]["ran"] is False
    assert target.exists()
    with ControlDb.open(settings) as control:
        tenants = {record.tid: control.filings(record.tid) for record in control.tenants()}
    states = {str(tid): [(filing.period, filing.state) for filing in filings] for tid, filings in tenants.items()}
    assert states == {"comert-nord": [("2026-08", "validated")], "mobila-sud": []}


def test_export_tells_a_person_the_sums_and_that_no_official_judge_ran(call: Call) -> None:
    result = call("export", "mobila-sud", "--period", "2026-08")
    assert result.return_value == 0
    assert "equal to silver" in result.stdout
    assert "The official validator did not run" in result.stdout


def test_validate_ends_with_0_for_a_valid_and_1_for_an_invalid_file(call: Call, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(minimal(), encoding="utf-8")
    bad.write_text(minimal().replace("<AccountID>371<", "<AccountID>6999<"), encoding="utf-8")
    accepted, refused = call("validate", str(good), "--json"), call("validate", str(bad), "--json")
    assert (accepted.return_value, json.loads(accepted.stdout)["valid"]) == (0, True)
    assert refused.return_value == 1
    finding = json.loads(refused.stdout)["findings"][0]
    assert {"severity", "rule", "path", "message", "source"} <= finding.keys()
    assert finding["rule"] == "anaf.value.account"


def test_validate_shows_a_person_the_findings(call: Call, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text(minimal().replace("<AccountID>371<", "<AccountID>6999<"), encoding="utf-8")
    shown = call("validate", str(bad)).stdout
    assert "NOT valid" in shown
    assert "account '6999' is not in the chart of accounts" in shown
    assert "The official validator did not run" in shown


def test_a_filing_that_was_made_but_not_noted_is_noted_by_the_next_run(call: Call, settings: Settings) -> None:
    call("export", "comert-nord", "--period", "2026-08")
    Path(settings.home / "control.db").unlink()
    with ControlDb.open(settings) as control:
        control.add_tenant(TenantId("comert-nord"), "Comerț Nord", Cui("12345674"), {})
    again = call("export", "comert-nord", "--period", "2026-08", "--json")
    with ControlDb.open(settings) as control:
        noted = control.filings(TenantId("comert-nord"))
    assert json.loads(again.stdout)["reused"] is True
    assert [(filing.number, filing.state) for filing in noted] == [(1, "validated")]

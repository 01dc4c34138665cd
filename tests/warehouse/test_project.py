"""The dbt project and what it says about itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cerniq.contracts import load_contracts
from cerniq.contracts.dbt_sources import sources_path, sources_yaml
from cerniq.warehouse import prepare_manifest, project_dir
from cerniq.warehouse import project as kept_project
from cerniq.warehouse.project import fingerprint, manifest

PERSONAL = {
    column.name: column.personal
    for column in load_contracts().table("numeriqo_accounting", "partners").columns
    if column.personal != "none"
}


@pytest.mark.parametrize("module", sorted(load_contracts().modules))
def test_the_sources_are_those_of_the_contracts(module: str) -> None:
    text = sources_path(project_dir(), module).read_text(encoding="utf-8")
    assert text == sources_yaml(load_contracts().modules[module]), "run python -m cerniq.contracts.dbt_sources"


def test_every_model_and_mart_column_is_described_and_the_grain_comes_first() -> None:
    for node in manifest().nodes.values():
        if str(node.resource_type) not in ("model", "seed"):
            continue
        assert node.description.startswith("One row per "), node.name
        if "marts" in node.path:
            assert node.columns, node.name
            assert all(column.description for column in node.columns.values()), node.name


def test_personal_columns_of_the_contract_are_marked_and_live_in_one_mart() -> None:
    found: dict[tuple[str, str], str] = {}
    for node in manifest().nodes.values():
        if str(node.resource_type) == "model" and "marts" in node.path:
            for column in node.columns.values():
                if mark := column.config.meta.get("personal"):
                    found[node.name, column.name.removeprefix("partner_")] = mark
    assert {node for node, _ in found} == {"dim_partner"}
    for (_, name), mark in found.items():
        assert PERSONAL[name] == mark
    columns = manifest().nodes["model.cerniq.dim_partner"].columns
    assert all(name in columns or f"partner_{name}" in columns for name in ("name", "fiscal_code", "city"))


def test_the_manifest_is_kept_and_written_for_others() -> None:
    assert manifest() is manifest()
    path = prepare_manifest()
    document = json.loads(path.read_text())
    source = document["sources"]["source.cerniq.numeriqo_accounting.journal_lines"]
    assert source["config"]["meta"]["dagster"]["asset_key"] == ["silver", "numeriqo_accounting", "journal_lines"]
    changed = path.stat().st_mtime_ns
    assert prepare_manifest().stat().st_mtime_ns == changed


def test_a_new_process_finds_the_project_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = manifest()
    monkeypatch.setattr(kept_project, "_manifests", {})
    monkeypatch.setattr(kept_project, "_parse", pytest.fail)
    loaded = manifest()
    assert loaded is not parsed
    assert set(loaded.nodes) == set(parsed.nodes)
    assert loaded.flat_graph["nodes"].keys() == parsed.flat_graph["nodes"].keys()


def test_a_process_in_which_dbt_has_not_run_writes_the_manifest_of_a_kept_project() -> None:
    manifest()
    prepare_manifest().unlink()
    program = "from cerniq.warehouse import prepare_manifest; print(prepare_manifest())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_file()


def test_the_fingerprint_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: a")
    first = fingerprint(tmp_path)
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "left.sql").write_text("select 1")
    assert fingerprint(tmp_path) == first
    (tmp_path / "dbt_project.yml").write_text("name: b")
    assert fingerprint(tmp_path) != first

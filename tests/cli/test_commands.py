"""The command line as its user meets it: help at once, errors with a cure, exit statuses that mean something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from cerniq.cli import COMMANDS, cli

COMMAND = str(Path(sys.executable).with_name("cerniq"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("CERNIQ_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CERNIQ_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60)


def add_two() -> None:
    for tid, cui in (("alfa", "14399840"), ("beta", "RO1590082")):
        done = CliRunner().invoke(cli, ["tenant", "add", tid, "--name", f"{tid} SRL", "--cui", cui])
        assert done.exit_code == 0, done.output


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from cerniq.cli import cli\n"
        "try: cli.main(['--help'], standalone_mode=False)\n"
        "finally: print(sorted({'dagster', 'dbt', 'duckdb', 'polars', 'pyarrow', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_answers_within_half_a_second_of_processor_time() -> None:
    before = os.times()
    assert call("--help").returncode == 0
    after = os.times()
    # Processor time of the child: a busy machine does not make it fail.
    assert after.children_user - before.children_user + after.children_system - before.children_system < 0.5


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    group = CliRunner().invoke(cli, [name, "--help"])
    assert group.exit_code == 0, group.output
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    names = list(getattr(command, "commands", {})) or [""]
    for sub in names:
        shown = CliRunner().invoke(cli, [part for part in (name, sub, "--help") if part])
        assert shown.exit_code == 0
        assert f"cerniq {name}" in shown.output or sub in ("list", "show", "remove")


def test_an_unknown_command_is_a_usage_error(home: Path) -> None:
    done = CliRunner().invoke(cli, ["nosuch"])
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["tenant", "add", "../etc", "--name", "X", "--cui", "14399840"], "not a tenant id"),
        (["tenant", "add", "acme", "--name", "X", "--cui", "14399841"], "wrong check digit"),
        (["tenant", "show", "nobody"], "There is no tenant nobody"),
        (["build", "nobody"], "There is no tenant nobody"),
        (["sql", "nobody", "select 1"], "There is no tenant nobody"),
        (["models", "run", "nobody"], "There is no tenant nobody"),
    ],
)
def test_wrong_input_ends_with_status_1_and_says_what_to_do(home: Path, arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 1
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) >= 2
    assert "Traceback" not in done.output
    assert not (home / "lake").exists()


def test_settings_that_mean_nothing_are_a_usage_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERNIQ_DAGSTER_PORT", "many")
    done = CliRunner().invoke(cli, ["tenant", "list"])
    assert done.exit_code == 2
    assert "CERNIQ_DAGSTER_PORT" in done.stderr


def test_a_control_database_that_does_not_answer_is_worth_another_try(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERNIQ_CONTROL_URL", "postgresql://u:s3cret@127.0.0.1:1/control?connect_timeout=2")
    done = CliRunner().invoke(cli, ["tenant", "list"])
    assert done.exit_code == 3
    assert "s3cret" not in done.output


def test_an_unforeseen_error_leaves_one_line_and_a_log(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("password=s3cret broke")

    monkeypatch.setattr("cerniq.control.ControlDb.open", broken)
    done = CliRunner().invoke(cli, ["tenant", "list"])
    assert done.exit_code == 1
    assert "RuntimeError" in done.stderr
    assert "Traceback" not in done.output
    [log] = (home / "logs").glob("error-*.log")
    assert "Traceback" in log.read_text()
    assert "s3cret" not in log.read_text()


def test_json_is_one_object_and_nothing_else(home: Path) -> None:
    add_two()
    done = CliRunner().invoke(cli, ["tenant", "list", "--json"])
    assert [tenant["tid"] for tenant in json.loads(done.stdout)["tenants"]] == ["alfa", "beta"]
    shown = CliRunner().invoke(cli, ["tenant", "show", "beta", "--json"])
    assert json.loads(shown.stdout)["cui"] == "1590082"


def test_a_retired_tenant_leaves_the_list(home: Path) -> None:
    add_two()
    assert CliRunner().invoke(cli, ["tenant", "remove", "alfa"]).exit_code == 0
    listed = json.loads(CliRunner().invoke(cli, ["tenant", "list", "--json"]).stdout)["tenants"]
    assert [tenant["tid"] for tenant in listed] == ["beta"]


def test_a_profile_that_is_no_toml_is_refused(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "acme.toml"
    bad.write_text("name = ")
    done = CliRunner().invoke(cli, ["tenant", "add", "acme", "--name", "X", "--cui", "14399840", "--profile", str(bad)])
    assert done.exit_code == 1
    assert "is not TOML" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    add_two()
    process = subprocess.Popen([COMMAND, "tenant", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, complaint = process.communicate(timeout=60)
    assert b"Traceback" not in complaint
    assert b"Error" not in complaint


def test_doctor_finds_an_installation_without_faults_and_names_what_is_missing(home: Path) -> None:
    add_two()
    done = CliRunner().invoke(cli, ["doctor", "--json"])
    report = json.loads(done.stdout)
    checks = {check["name"]: check for check in report["checks"]}
    assert checks["home"]["status"] == checks["control database"]["status"] == checks["lake"]["status"] == "ok"
    assert checks["alfa source"]["status"] == checks["beta source"]["status"] == "warn"
    assert "cerniq source add alfa" in checks["alfa source"]["cure"]
    assert done.exit_code == (0 if report["ok"] else 1)


def test_doctor_says_that_a_database_does_not_answer(home: Path) -> None:
    from cerniq.control import ControlDb
    from cerniq.settings import Settings
    from cerniq.tenancy import TenantId

    add_two()
    with ControlDb.open(Settings.load()) as control:
        control.add_source(TenantId("alfa"), "postgresql://u:s3cret@127.0.0.1:1/alfa", {"iwms": "iwms"})
    done = CliRunner().invoke(cli, ["doctor", "--json"])
    assert done.exit_code == 1
    [check] = [check for check in json.loads(done.stdout)["checks"] if check["name"] == "alfa source"]
    assert check["status"] == "fail"
    assert "s3cret" not in done.output


def test_a_child_and_all_that_it_started_end_with_the_block(tmp_path: Path) -> None:
    from cerniq.cli.children import Child

    # Ignores the question to end, as `dagster dev` does, and so does what it has started.
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    script = f"{deaf}import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', '{deaf}time.sleep(99)']); "
    script += "print(p.pid, flush=True); time.sleep(99)"
    log = tmp_path / "child.log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cerniq.cli.children._GRACE_SECONDS", 0.5)
        with Child.started("deaf", [sys.executable, "-c", script], os.environ, log) as child:
            deadline = time.monotonic() + 30
            while not log.read_text().strip() and time.monotonic() < deadline:
                time.sleep(0.05)
            grandchild = int(log.read_text())
    assert child.ended() is not None
    deadline = time.monotonic() + 10
    while _alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(grandchild)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

"""`cerniq up`: Dagster and the dashboards as children of one process, which stops them all."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cerniq.cli.children import Child
from cerniq.errors import TransientError, UsageError

if TYPE_CHECKING:
    from cerniq.settings import Settings

_HOST = "127.0.0.1"
_START_SECONDS = 180.0
_POLL_SECONDS = 0.5


class ServiceFailed(TransientError):
    """A child ended by itself or did not answer in time."""


@click.command()
def up() -> None:
    """Serve Dagster and the dashboards until Ctrl-C; both listen on this machine only.

    Ports: CERNIQ_DAGSTER_PORT (3000) and CERNIQ_DASHBOARD_PORT (8501). The demo's PostgreSQL is started too where
    there is one.

    \b
    cerniq up
    CERNIQ_DASHBOARD_PORT=9000 cerniq up
    """
    from cerniq.settings import Settings

    settings = Settings.load()
    with _signals_as_interrupt():
        serve(settings)


def serve(settings: Settings) -> None:
    """Start everything, say where it is, and wait; always leaves with every child ended."""
    from assets.instance import environment, prepare_home

    for port, variable in ((settings.dagster_port, "DAGSTER"), (settings.dashboard_port, "DASHBOARD")):
        _refuse_taken(port, variable)
    prepare_home(settings)
    env, logs = environment(settings), settings.home / "logs"
    with ExitStack() as stack:
        stack.enter_context(_demo_server(settings))
        dagster = stack.enter_context(Child.started("Dagster", dagster_command(settings), env, logs / "dagster.log"))
        pages = stack.enter_context(
            Child.started("the dashboards", dashboards_command(settings), env, logs / "dashboards.log")
        )
        click.echo("Starting Dagster and the dashboards ...", err=True)
        urls = {
            pages: f"http://{_HOST}:{settings.dashboard_port}/_stcore/health",
            dagster: f"http://{_HOST}:{settings.dagster_port}/server_info",
        }
        for child, url in urls.items():
            _wait_until_it_answers(url, child, [dagster, pages])
        click.echo(f"Dashboards  http://{_HOST}:{settings.dashboard_port}")
        click.echo(f"Dagster     http://{_HOST}:{settings.dagster_port}")
        click.echo("Ctrl-C stops both.", err=True)
        _wait_for_the_end([dagster, pages])


def dagster_command(settings: Settings) -> list[str]:
    """Webserver, daemon and code server; pure, so that it can be tested."""
    return [
        sys.executable,
        *("-m", "dagster", "dev", "--module-name", "cerniq.definitions"),
        *("--host", _HOST, "--port", str(settings.dagster_port)),
        *("--log-level", "warning"),
    ]


def dashboards_command(settings: Settings) -> list[str]:
    return [
        sys.executable,
        *("-m", "streamlit", "run", str(_app())),
        *("--server.address", _HOST, "--server.port", str(settings.dashboard_port)),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
    ]


def _app() -> Path:
    # Beside the package `cerniq`, in a checkout and in site-packages alike.
    return Path(__file__).resolve().parents[2] / "dashboards" / "app.py"


def _refuse_taken(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} is taken.", cure=f"Stop what uses it, or set CERNIQ_{variable}_PORT to another."
            ) from error


@contextmanager
def _demo_server(settings: Settings) -> Iterator[None]:
    """The embedded PostgreSQL of a demo that was made in this home, its sources told the port it answers on."""
    from cerniq.cli.demo import database_name, embedded_server
    from cerniq.cli.demo_plan import made_plan
    from cerniq.control import ControlDb

    plan = made_plan(settings)
    if plan is None:
        yield
        return
    with embedded_server(settings) as server:
        with ControlDb.open(settings) as control:
            known = {record.tid for record in control.tenants()}
            for company in plan.companies():
                if company.tenant in known:
                    for source in control.sources(company.tenant):
                        control.readdress_source(source.id, server.dsn(database_name(str(company.tenant))))
        yield


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """SIGTERM ends us as Ctrl-C does, so that a service manager leaves nothing behind."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_until_it_answers(url: str, child: Child, children: list[Child]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(url):
        _refuse_dead(children)
        if time.monotonic() > deadline:
            raise ServiceFailed(f"{child.name} did not answer in {_START_SECONDS:.0f} s.", cure=f"See {child.log}.")
        time.sleep(_POLL_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310  our own address
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_for_the_end(children: list[Child]) -> None:
    never = threading.Event()
    while not never.wait(_POLL_SECONDS):
        _refuse_dead(children)


def _refuse_dead(children: list[Child]) -> None:
    for child in children:
        status = child.ended()
        if status is not None:
            raise ServiceFailed(f"{child.name} ended by itself (status {status}).", cure=f"See {child.log}.")

"""The `cerniq` command: subcommands are imported when they are called, so that `cerniq --help` answers at once.

A subcommand lives in `cerniq/cli/<name>.py` under its own name and is listed in `COMMANDS`. Errors end here: see
`cerniq.cli.boundary`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

import click

from cerniq.cli.boundary import guarded

# name -> one line of help; the module and the attribute carry the name.
COMMANDS = {
    "demo": "The whole way on a simulated company, on embedded PostgreSQL.",
    "up": "Serve Dagster and the dashboards; one process stops them all.",
    "doctor": "What is installed, reachable, stale or misconfigured, and the cure.",
    "tenant": "Add, list, show and retire companies.",
    "source": "Connect a company's PostgreSQL databases.",
    "ingest": "Replicate committed changes into bronze and silver.",
    "build": "Build the marts from silver and publish them.",
    "sql": "Query the published marts, read only.",
    "d406": "Export, validate and compare SAF-T D406 files.",
    "models": "Run forecasts and other models.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports each on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cerniq.cli.{cmd_name.replace('-', '_')}")
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """As click's, with our boundary in place of click's own."""
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        return guarded(run) if standalone_mode else run()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Show every event on standard error.")
@click.version_option(package_name="cerniq", message="%(prog)s %(version)s")
def cli(verbose: bool) -> None:
    """Knowledge and analytics for a Romanian ERP.

    From a committed row in PostgreSQL to a trial balance, a filed D406 and a dashboard. Everything is kept under
    CERNIQ_HOME (default ./.cerniq).

    \b
    cerniq demo                        see it work on a simulated company
    cerniq up                          open Dagster and the dashboards
    cerniq tenant add acme --name "Acme SRL" --cui RO14399840
    """
    from cerniq.logs import configure

    configure(verbose=verbose)


def main() -> NoReturn:
    """Entry point of the console script."""
    guarded(lambda: cli.main(prog_name="cerniq", standalone_mode=False))

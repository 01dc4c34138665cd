"""`cerniq doctor`: what is installed, reachable, stale or misconfigured, and the cure."""

from __future__ import annotations

from collections import Counter

import click

from cerniq.cli.output import emit_json, json_option

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look at everything an installation needs and say what is missing.

    Exit status 1 when something does not work; a warning leaves it at 0.

    \b
    cerniq doctor
    cerniq doctor --json
    """
    from cerniq.cli.diagnosis import diagnose
    from cerniq.settings import Settings

    findings = list(diagnose(Settings.load()))
    failed = any(finding.status == "fail" for finding in findings)
    if as_json:
        emit_json(
            {
                "ok": not failed,
                "checks": [{"name": f.name, "status": f.status, "detail": f.detail, "cure": f.cure} for f in findings],
            }
        )
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.status]}  {finding.name:<22} {finding.detail}")
            if finding.cure and finding.status != "ok":
                click.echo(f"      {'':<22} -> {finding.cure}")
        counts = Counter(finding.status for finding in findings)
        click.echo(f"{counts['ok']} ok, {counts['warn']} warnings, {counts['fail']} failures")
    ctx.exit(1 if failed else 0)

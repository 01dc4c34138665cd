"""How soon a dashboard has its answer: the pages' own queries over published marts of a million journal lines.

    uv run python benchmarks/serving.py [--copies 13] [--rounds 40] [--home DIR]

Silver holds the history of `--copies` simulated companies in one ledger; the marts are built and published as ever.
Each query of `dashboards/queries/` runs `--rounds` times with other months, accounts, entries and invoices, through
`cerniq.serving` in its locked worker, one after the other. A time ends when the whole result is here, which is later
than its first byte. `--home` keeps the built tenant for the next run. Prints a row a query and the whole, and appends
one JSON line to benchmarks/results/serving.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.build import LAST_DAY
from benchmarks.simulated_silver import write_simulated_silver
from cerniq.lake import Lake
from cerniq.serving import Principal, Serving
from cerniq.settings import Settings
from cerniq.simulation import CompanyPlan, demo_plans
from cerniq.warehouse import build, published

QUERIES = Path(__file__).parents[1] / "dashboards" / "queries"
RESULTS = Path(__file__).parent / "results" / "serving.jsonl"
Params = dict[str, Any]


def drawn_params(serving: Serving, seed: int) -> dict[str, Callable[[], Params]]:
    """For each query, parameters as a person clicking around would give them."""
    draw = random.Random(seed)

    def values(statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in serving.query(statement, limit=5000).to_pylist()]

    months = [month for (month,) in values("select month_start from company.rpt_overview_monthly order by 1")]
    turnover = values(
        "select account_code, month_start from finance.rpt_trial_balance where turnover_debit_ron != 0 order by 1, 2"
    )
    sources = values(
        "select source_module, source_table, source_id from finance.rpt_open_item "
        "where source_id is not null order by all limit 5000"
    )
    lines = values("select max(entry_id) from finance.fct_journal_line")
    invoices = values("select max(invoice_id) from sales.fct_invoice_line")

    def month() -> Params:
        return {"month": draw.choice(months)}

    def account() -> Params:
        code, when = draw.choice(turnover)
        return {"account": code, "month": when, "rows": 500}

    def span() -> Params:
        first, last = sorted(draw.choices(months, k=2))
        return {"first": first, "last": last}

    def source() -> Params:
        module, table, key = draw.choice(sources)
        return {"module": module, "source": table, "document": key}

    return {
        "overview_months": dict,
        "balance_months": dict,
        "sales_history": dict,
        "trial_balance": month,
        "receivables_ageing": month,
        "account_lines": account,
        "sales_by_group": span,
        "document_open_item": source,
        "entry_lines": lambda: {"entry": draw.randint(1, int(lines[0][0]))},
        "invoice_lines": lambda: {"invoice": draw.randint(1, int(invoices[0][0]))},
    }


def measure(serving: Serving, *, rounds: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of every call, by query; the queries take turns, as pages do."""
    params = drawn_params(serving, seed)
    texts = {name: (QUERIES / f"{name}.sql").read_text(encoding="utf-8") for name in params}
    for name, text in texts.items():
        serving.query(text, params[name]())
    times: dict[str, list[float]] = {name: [] for name in params}
    for _ in range(rounds):
        for name, text in texts.items():
            given = params[name]()
            started = time.perf_counter()
            serving.query(text, given)
            times[name].append((time.perf_counter() - started) * 1000)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def prepared(home: Path, plan: CompanyPlan, copies: int) -> Lake:
    """The tenant's lake with its marts published, made when it is not there yet."""
    lake = Lake.open(Settings(home=home), plan.tenant)
    if published(lake) is None:
        write_simulated_silver(lake, plan, copies=copies)
        build(lake)
    return lake


def run(lake: Lake, given: argparse.Namespace) -> None:
    with Serving(lake, Principal(tenant=lake.tenant, role="administrator")) as serving:
        ((rows,),) = (
            row.values() for row in serving.query("select count(*) from finance.fct_journal_line").to_pylist()
        )
        times = measure(serving, rounds=given.rounds, seed=given.seed)
    print(f"{rows:,} journal lines, {given.rounds} rounds, milliseconds")
    print(f"{'query':<22}{'p50':>8}{'p95':>8}{'max':>8}")
    rows_of_table = {**times, "all": [value for each in times.values() for value in each]}
    figures = {
        name: {"p50": percentile(each, 0.5), "p95": percentile(each, 0.95), "max": round(max(each), 1)}
        for name, each in rows_of_table.items()
    }
    for name, figure in figures.items():
        print(f"{name:<22}" + "".join(f"{figure[key]:>8}" for key in ("p50", "p95", "max")))
    line = {
        "benchmark": "serving",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "libraries": {name: version(name) for name in ("duckdb", "pyarrow")},
        "journal_lines": rows,
        "rounds": given.rounds,
        "milliseconds": figures,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=13)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    plan = demo_plans(today=LAST_DAY)[0]
    with tempfile.TemporaryDirectory() as temporary:
        run(prepared(given.home or Path(temporary), plan, given.copies), given)


if __name__ == "__main__":
    main()

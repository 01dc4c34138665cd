"""Change capture: what the sources committed lands in bronze exactly once and is folded into silver.

In: a `SourceRecord` of the control database and a `Lake` bound to its tenant. Out: bronze change logs, silver tables
and `silver/current.json`, the consistent cut that everything downstream reads. See `docs/change-capture.md`.
Run just this part: `cerniq ingest TID --once`; its tests: `pytest tests/ingest`.
"""

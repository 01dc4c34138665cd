"""The only door to data: the serving layer and the control database, cached by tenant, rights and build.

A new publication changes the build id and with it every key; nothing else makes an answer old.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from cerniq.serving import Build, Limits, Principal, Serving, WorkerPool
from cerniq.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

    from cerniq.control import ControlDb, FilingRecord, TenantRecord

_QUERIES = Path(__file__).parent / "queries"
_ADDRESS_SPACE = 3 << 30


class Source:
    """What one page run reads: one principal, one build. `query("name", ...)` runs `queries/name.sql`."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self._serving = Serving.open(_settings(), principal, pool=_pool())
        self.build: Build = self._serving.build()

    def query(self, name: str, **params: Any) -> pa.Table:
        """Raises what `Serving.query` raises."""
        key = (self.principal.fingerprint, self.build.id, name, tuple(sorted(params.items())))
        return _answer(key, self._serving, statement(name), params)

    def model_table(self, task: str, name: str) -> pa.Table:
        """Not cached: a model runs again without a new build, and its tables are small."""
        return self._serving.model_table(task, name)


def tenants() -> list[TenantRecord]:
    return _control().tenants()


def filings(principal: Principal) -> list[FilingRecord]:
    """The D406 filings of the principal's own tenant, newest period first."""
    return sorted(
        _control().filings(principal.tenant, form="d406"), key=lambda one: (one.period, one.number), reverse=True
    )


@cache
def statement(name: str) -> str:
    return (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")


@st.cache_data(max_entries=2_000, show_spinner=False)
def _answer(key: tuple[Any, ...], _serving: Serving, _sql: str, _params: dict[str, Any]) -> pa.Table:
    del key  # it is what the cache looks at
    return _serving.query(_sql, _params or None)


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return Settings.load()


@st.cache_resource(show_spinner=False)
def _pool() -> WorkerPool:
    settings = _settings()
    return WorkerPool(Limits(memory=settings.serving_memory_limit, address_space=_ADDRESS_SPACE))


@st.cache_resource(show_spinner=False)
def _control() -> ControlDb:
    from cerniq.control import ControlDb

    return ControlDb.open(_settings())

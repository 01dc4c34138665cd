"""Two tenants with small published builds of their own, and a pool of workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cerniq.lake import Lake
from cerniq.serving import Limits, Principal, Serving, WorkerPool
from tests.serving.builds import publish

LIMITS = Limits(memory="300MB", threads=1, seconds=3.0, rows=50_000, bytes=16 << 20, address_space=1 << 30)


@pytest.fixture(scope="session")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(LIMITS) as pool:
        yield pool


@pytest.fixture
def two_servings(two_lakes: tuple[Lake, Lake], pool: WorkerPool) -> tuple[Serving, Serving]:
    first, second = two_lakes
    publish(first, build_id="a1", secret="only-north")
    publish(second, build_id="b1", secret="only-south")
    return (
        Serving(first, Principal(first.tenant, "analyst"), pool=pool),
        Serving(second, Principal(second.tenant, "analyst"), pool=pool),
    )

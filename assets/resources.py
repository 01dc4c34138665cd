"""What every asset is given: the settings, and from them a tenant's lake and the control database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cerniq.control import ControlDb
from cerniq.lake import Lake
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    from cerniq.settings import Settings


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cerniq:
    """The installation. `retry_seconds` is the first pause after a transient error; it doubles each time."""

    settings: Settings
    retry_seconds: float = 10.0
    max_retries: int = 3
    fresh_hours: float = 26.0
    now: Callable[[], datetime] = _now

    def control(self) -> ControlDb:
        return ControlDb.open(self.settings)

    def lake(self, tenant: TenantId) -> Lake:
        return Lake.open(self.settings, tenant)

"""Where an installation keeps its things; read once, in the composition root."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cerniq.errors import UsageError


class Settings(BaseSettings):
    """Settings from the environment (`CERNIQ_*`). Everything else is derived from `home`.

    `lake_url` is a directory or an object-store URL such as `s3://bucket/prefix`; `storage_options` goes to delta-rs
    as it is (JSON in `CERNIQ_STORAGE_OPTIONS`).
    """

    model_config = SettingsConfigDict(env_prefix="CERNIQ_", frozen=True, extra="ignore")

    home: Path = Path(".cerniq")
    control_url: str = ""
    lake_url: str = ""
    storage_options: dict[str, str] = Field(default_factory=dict, repr=False)
    anaf_kit: Path | None = None
    serving_memory_limit: str = "1GB"
    build_memory_limit: str = "4GB"
    dashboard_port: int = 8501
    dagster_port: int = 3000

    def model_post_init(self, _context: object) -> None:
        object.__setattr__(self, "home", self.home.expanduser().absolute())
        if not self.control_url:
            object.__setattr__(self, "control_url", f"sqlite:///{self.home / 'control.db'}")
        if not self.lake_url:
            object.__setattr__(self, "lake_url", str(self.home / "lake"))

    @classmethod
    def load(cls) -> Self:
        """Read the environment. Raises `UsageError` that names the variable at fault."""
        try:
            return cls()
        except ValidationError as error:
            fields = ", ".join("CERNIQ_" + str(issue["loc"][0]).upper() for issue in error.errors())
            raise UsageError(f"Settings that cannot be read: {fields}.", cure="Correct these variables.") from error

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def postgres_dir(self) -> Path:
        return self.home / "postgres"

"""Dagster's home is ours alone, whoever else prepares it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from assets.instance import prepare_home
from cerniq.settings import Settings


def test_the_configuration_is_never_seen_half_written(settings: Settings) -> None:
    path = prepare_home(settings) / "dagster.yaml"
    whole = path.read_text(encoding="utf-8")
    assert "telemetry:\n  enabled: false" in whole
    with ThreadPoolExecutor(8) as pool:
        pool.map(lambda _: prepare_home(settings), range(200))
        seen = {path.read_text(encoding="utf-8") for _ in range(500)}
    assert seen == {whole}


def test_another_configuration_is_replaced(settings: Settings) -> None:
    path = prepare_home(settings) / "dagster.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text("telemetry:\n  enabled: true\n", encoding="utf-8")
    prepare_home(settings)
    assert path.read_text(encoding="utf-8") == whole

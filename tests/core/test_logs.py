"""Secrets never reach a log."""

from __future__ import annotations

import io

import pytest
import structlog

from cerniq.logs import configure, redact_text


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://erp:s3cret@db/acme",
        "host=db password=s3cret user=erp",
        "password = 's3cret'",
        '{"aws_secret_access_key": "s3cret", "region": "eu"}',
        "api_key=s3cret;more",
    ],
)
def test_a_text_loses_its_secrets_and_keeps_the_rest(text: str) -> None:
    assert "s3cret" not in redact_text(text)
    assert len(redact_text(text)) > 10


def test_a_text_without_secrets_is_left_alone() -> None:
    text = "bronze appended, 5 rows, https://example.com/a?b=c"
    assert redact_text(text) == text


def test_an_event_shows_neither_secret_keys_nor_secrets_inside_values() -> None:
    out = io.StringIO()
    configure(stream=out)
    try:
        structlog.get_logger().warning(
            "source refused",
            dsn="postgresql://u:s3cret@h/d",
            detail="password=s3cret",
            rows=5,
            nested={"token": "s3cret"},
        )
    finally:
        structlog.reset_defaults()
    assert "s3cret" not in out.getvalue()
    assert '"rows": 5' in out.getvalue()

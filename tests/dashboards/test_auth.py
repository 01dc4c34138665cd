"""The development sign-in: on loopback only, closed at every sign of anything else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dashboards.auth import is_loopback

LOCAL = {"Host": "127.0.0.1:8501"}


@pytest.mark.parametrize(
    ("bound", "client", "headers"),
    [
        ("127.0.0.1", None, LOCAL),
        ("localhost", "127.0.0.1", {"Host": "localhost:8501"}),
        ("::1", "::1", {"Host": "[::1]:8501"}),
        ("127.0.0.1", "127.0.0.1", {"Host": "localhost"}),
    ],
)
def test_it_opens_for_a_browser_on_this_machine(bound: str, client: str | None, headers: Mapping[str, str]) -> None:
    assert is_loopback(bound, client, headers)


@pytest.mark.parametrize(
    ("bound", "client", "headers"),
    [
        (None, "127.0.0.1", LOCAL),
        ("", "127.0.0.1", LOCAL),
        ("0.0.0.0", "127.0.0.1", LOCAL),
        ("192.168.1.5", "127.0.0.1", LOCAL),
        ("127.0.0.1", "192.168.1.9", LOCAL),
        ("127.0.0.1", "127.0.0.1", {"Host": "erp.example.ro"}),
        ("127.0.0.1", "127.0.0.1", {"Host": "127.0.0.1.example.ro:8501"}),
        ("127.0.0.1", "127.0.0.1", {"host": "127.0.0.1", "X-Forwarded-For": "10.0.0.1"}),
        ("127.0.0.1", "127.0.0.1", {"host": "127.0.0.1", "Forwarded": "for=10.0.0.1"}),
        ("127.0.0.1", "not an address", LOCAL),
    ],
)
def test_it_stays_closed_for_everybody_else(bound: str | None, client: str | None, headers: Mapping[str, str]) -> None:
    assert not is_loopback(bound, client, headers)

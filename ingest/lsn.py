"""PostgreSQL's log sequence numbers as integers and as text."""

from __future__ import annotations


def parse_lsn(text: str) -> int:
    """`0/1A2B3C` as a number."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) | int(low, 16)


def format_lsn(value: int) -> str:
    return f"{value >> 32:X}/{value & 0xFFFFFFFF:X}"

"""lxml for this package. It ships no types, so the one place where it enters names what is Any on purpose."""

from __future__ import annotations

from typing import Any

from lxml import etree

__all__ = ["Node", "etree"]

Node = Any
"""An `lxml.etree._Element`."""

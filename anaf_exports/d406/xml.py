"""lxml for this package. It ships no types, so the one place where it enters names what is Any on purpose."""

from __future__ import annotations

from importlib import import_module
from typing import Any

etree: Any = import_module("lxml.etree")

Node = Any
"""An `lxml.etree._Element`."""

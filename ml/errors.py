"""What can be wrong with a frame or with the data behind it."""

from __future__ import annotations

from cerniq.errors import PermanentError, UsageError


class InvalidFrame(PermanentError):
    """A frame that breaks the contract of `ml.series`: columns, types, nulls, duplicates, gaps."""


class ShortHistory(PermanentError):
    """Too few observations to say anything about the future."""


class InvalidForecastRequest(UsageError):
    """A horizon, frequency, season or level that cannot mean anything."""


class NoHistory(PermanentError):
    """The published build holds no rows to learn from."""

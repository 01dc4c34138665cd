"""One tree of errors: permanent ones blame the input, transient ones ask to try again.

Every error says what is wrong in `message` and what to do about it in `cure`; the command line prints both and ends
with `exit_status` (see `docs/operator.md`). Messages never carry personal data or secrets.
"""

from __future__ import annotations

from typing import ClassVar


class CerniqError(Exception):
    """Base of all errors that a user may see."""

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".rstrip()


class PermanentError(CerniqError):
    """The input or the data is wrong; the same call fails again."""


class UsageError(CerniqError):
    """The command was called in a way that cannot mean anything."""

    exit_status: ClassVar[int] = 2


class TransientError(CerniqError):
    """Something outside failed (network, lock, disk); the same call may succeed later."""

    exit_status: ClassVar[int] = 3

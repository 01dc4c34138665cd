"""What can go wrong between a person's query and its answer."""

from __future__ import annotations

from cerniq.errors import PermanentError, TransientError


class NoBuild(PermanentError):
    """The tenant has no published marts yet."""


class QueryRefused(PermanentError):
    """The statement is not one that people may run; the message says which part of it."""


class QueryFailed(PermanentError):
    """The engine could not run the statement: an unknown column, a wrong type, a division that overflows."""


class QueryTimeout(PermanentError):
    """The statement ran longer than it may."""


class QueryOutOfMemory(PermanentError):
    """The statement needs more memory than it may have."""


class ResultTooLarge(PermanentError):
    """The statement returns more rows or bytes than may leave the engine."""


class AccessDenied(PermanentError):
    """The principal has no right to this tenant or to this part of its data."""


class ServingUnavailable(TransientError):
    """A worker could not be started, or ended by itself."""

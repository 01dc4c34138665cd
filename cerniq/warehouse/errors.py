"""What can go wrong with a build of the marts."""

from __future__ import annotations

from collections.abc import Sequence

from cerniq.errors import PermanentError, TransientError


class NothingToBuild(PermanentError):
    """Silver has no consistent cut yet."""


class ProjectBroken(PermanentError):
    """The dbt project cannot be read or one of its models does not run."""


class BuildUnknown(PermanentError):
    """A build is named that is not there any more."""


class BuildSuperseded(TransientError):
    """A newer cut was published while this build worked."""


class InvariantsFailed(PermanentError):
    """Tests of the marts failed: nothing was published and the previous build stays.

    `tests` are their names, each with the number of rows at fault.
    """

    def __init__(self, tests: Sequence[tuple[str, int]], *, tenant: str) -> None:
        self.tests = tuple(name for name, _ in tests)
        self.failures = dict(tests)
        listed = ", ".join(f"{name} ({rows} {'row' if rows == 1 else 'rows'})" for name, rows in tests)
        super().__init__(
            f"The marts of {tenant} were not published: {listed}.",
            cure="Correct these rows in the source and ingest again; readers keep the build before.",
        )

"""What can go wrong with a build of the marts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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

    `failures`: test name to the number of rows at fault; `examples`: test name to a few of them; `missing`: modules
    that no source carries, whose rows the others may refer to.
    """

    def __init__(
        self,
        failures: Mapping[str, int],
        *,
        tenant: str,
        examples: Mapping[str, Sequence[str]],
        missing: Sequence[str] = (),
    ) -> None:
        self.tests = tuple(failures)
        self.failures = dict(failures)
        self.examples = {name: list(rows) for name, rows in examples.items()}
        listed = "; ".join(_listed(name, rows, self.examples.get(name, [])) for name, rows in failures.items())
        super().__init__(
            f"The marts of {tenant} were not published: {listed}.",
            cure=_cure(tenant, missing),
        )


def _cure(tenant: str, missing: Sequence[str]) -> str:
    if missing:
        return (
            f"No source carries {', '.join(missing)}: connect it (cerniq source add {tenant} --module ...) and ingest, "
            "then correct what still fails in the source; readers keep the build before."
        )
    return "Correct these rows in the source and ingest again; readers keep the build before."


def _listed(name: str, rows: int, examples: Sequence[str]) -> str:
    found = f"{name} fails at {rows} {'row' if rows == 1 else 'rows'}"
    shown = [example for example in examples if example]
    return f"{found} ({' | '.join(shown)})" if shown else found

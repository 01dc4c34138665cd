"""Connection strings of PostgreSQL: parsed at the boundary, shown only without their secrets."""

from __future__ import annotations

from cerniq.errors import PermanentError

_SECRETS = ("password", "sslpassword", "passfile", "sslkey", "oauth_client_secret")


class InvalidDsn(PermanentError):
    """A text that libpq does not take as a connection string, or that names no database."""


def parse_dsn(dsn: str) -> dict[str, str]:
    """The parameters of a libpq URL or `key=value` string. Raises `InvalidDsn`, which never repeats the text."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parameters = {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value is not None}
    except ProgrammingError as error:
        # libpq quotes the text it could not read, password and all, so its message stays out of ours.
        raise InvalidDsn(
            "The DSN is not a PostgreSQL connection string.",
            cure="Write postgresql://USER:PASSWORD@HOST:5432/DATABASE or 'host=... dbname=... user=...'; "
            "percent-encode special characters of the password.",
        ) from error.with_traceback(None)
    if not parameters.get("dbname"):
        raise InvalidDsn(
            "The DSN names no database.",
            cure="Add it: postgresql://USER@HOST:5432/DATABASE.",
        )
    return parameters


def mask_dsn(dsn: str) -> str:
    """The same connection as `key=value` text, secrets as `***`; fit for logs and screens."""
    from psycopg.conninfo import make_conninfo

    try:
        parameters = parse_dsn(dsn)
    except InvalidDsn:
        return "***"
    return make_conninfo(
        "",
        **{key: "***" if key in _SECRETS else value for key, value in parameters.items()},
    )


def same_database(one: str, other: str) -> bool:
    """Whether two connection strings lead to one database, whatever user or options they carry."""
    return _address(one) == _address(other)


def _address(dsn: str) -> tuple[str, str, str]:
    parameters = parse_dsn(dsn)
    host = parameters.get("host") or parameters.get("hostaddr") or "localhost"
    return host, parameters.get("port") or "5432", parameters["dbname"]

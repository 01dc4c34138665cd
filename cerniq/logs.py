"""Events through structlog, on standard error, with everything secret taken out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

HIDDEN = "***"

_SECRET_KEY = re.compile(
    r"password|passwd|secret|token|api_?key|authorization|credential|dsn|storage_options",
    re.IGNORECASE,
)
# The password of a URL, and the values of libpq and cloud parameters in free text.
_URL_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@]+(?=@)", re.IGNORECASE)
_PARAMETER = re.compile(
    r"(\b(?:\w*password|\w*secret\w*|\w*access_key\w*|\w*token|api_?key)['\"]?\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,;&}]+)",
    re.IGNORECASE,
)


def configure(*, verbose: bool = False, stream: TextIO | None = None) -> None:
    """Set up events for this process: warnings and worse, or everything when `verbose`; coloured on a terminal only."""
    import structlog

    level = logging.DEBUG if verbose else logging.WARNING
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            _renderer(out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _tame_libraries(level, out)


def _tame_libraries(level: int, out: TextIO) -> None:
    """Standard logging, and warnings with it, at our level: some libraries set their own, so the handler has it."""
    logging.basicConfig(stream=out, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)
    logging.captureWarnings(True)
    # What a library warns its programmer of is no news to a user.
    logging.getLogger("py.warnings").setLevel(logging.WARNING if level <= logging.DEBUG else logging.ERROR)


def _renderer(out: TextIO) -> Any:
    import structlog

    if out.isatty():
        return structlog.dev.ConsoleRenderer(colors=True)
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: secret keys lose their values, texts lose the secrets inside them."""
    for key, value in event.items():
        event[key] = HIDDEN if _SECRET_KEY.search(key) and value is not None else _clean(value)
    return event


def _clean(value: Any) -> Any:
    match value:
        case str():
            return redact_text(value)
        case dict():
            return {k: HIDDEN if _SECRET_KEY.search(str(k)) else _clean(v) for k, v in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
        case BaseException():
            return redact_text(f"{type(value).__name__}: {value}")
    return value


def redact_text(text: str) -> str:
    """The text without passwords of URLs and without values of parameters that are secret by name."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", _URL_PASSWORD.sub(rf"\1{HIDDEN}", text))

"""Where errors end: a message and a cure on standard error, an exit status, a traceback only in a log file."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from cerniq.errors import CerniqError

STOPPED = 130  # the shell's own status of a process ended by Ctrl-C
_OUTSIDE_FAILED = 3


def guarded(command: Callable[[], Any]) -> NoReturn:
    """Run a click command and leave the process with the exit status that the interface promises."""
    sys.exit(_status_of(command))


def _status_of(command: Callable[[], Any]) -> int:
    try:
        status = command()
        _flush()
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return STOPPED
    except CerniqError as error:
        _explain(error.message, error.cure)
        return error.exit_status
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Without this the interpreter complains again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            _explain(
                "The disk is full.",
                "Free some space (`cerniq doctor` shows how much there is) and run it again.",
            )
            return _OUTSIDE_FAILED
        return _unexpected(error)
    # The outermost boundary: nothing above could name it better.
    except Exception as error:  # noqa: BLE001
        return _unexpected(error)


def _flush() -> None:
    # Buffered output that meets a closed pipe must fail inside the boundary, not after it.
    sys.stdout.flush()


def _explain(message: str, cure: str) -> None:
    click.secho(f"Error: {message}", err=True, fg="red" if sys.stderr.isatty() else None)
    if cure:
        click.echo(cure, err=True)


def _unexpected(error: BaseException) -> int:
    """An error nobody foresaw: its traceback goes to a file, one line of it to the user."""
    summary = f"{type(error).__name__} in `cerniq {' '.join(sys.argv[1:2])}`".rstrip()
    where = _write_traceback(error)
    _explain(
        f"Cerniq met a fault of its own: {summary}.",
        f"The details are in {where}; please report it.",
    )
    return 1


def _write_traceback(error: BaseException) -> str:
    from cerniq.logs import redact_text

    text = redact_text("".join(traceback.format_exception(error)))
    try:
        folder = _log_folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except (OSError, CerniqError) as failure:
        # No home to write to is often the very fault, so the traceback must come out another way.
        click.echo(text, err=True)
        return f"the lines above ({failure})"
    return str(path)


def _log_folder() -> Path:
    from cerniq.settings import Settings

    return Settings.load().home / "logs"

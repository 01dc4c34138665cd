"""Whatever the bytes are, the validator answers with a report: no crash, no hang."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anaf_exports.d406.validate import validate
from tests.anaf_exports.documents import minimal

DOCUMENT = minimal(transactions=2).encode()
POSITION = st.integers(0, len(DOCUMENT) - 1)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _judge(folder: Path, content: bytes) -> bool:
    file = folder / "d406.xml"
    file.write_bytes(content)
    report = validate(file)
    assert report.valid or any(finding.severity == "error" for finding in report.findings)
    return report.valid


@RELAXED
@given(at=POSITION, new=st.binary(min_size=1, max_size=8))
def test_bytes_put_anywhere_give_a_verdict(tmp_path: Path, at: int, new: bytes) -> None:
    _judge(tmp_path, DOCUMENT[:at] + new + DOCUMENT[at:])


@RELAXED
@given(ends=st.tuples(POSITION, POSITION))
def test_a_piece_cut_out_gives_a_verdict(tmp_path: Path, ends: tuple[int, int]) -> None:
    start, stop = sorted(ends)
    _judge(tmp_path, DOCUMENT[:start] + DOCUMENT[stop:])


@RELAXED
@given(cut=POSITION)
def test_a_truncated_file_is_never_valid(tmp_path: Path, cut: int) -> None:
    whole = DOCUMENT.rstrip()
    assert not _judge(tmp_path, whole[: min(cut, len(whole) - 1)])


@RELAXED
@given(text=st.text(max_size=60))
def test_any_text_as_a_value_gives_a_verdict(tmp_path: Path, text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    _judge(tmp_path, DOCUMENT.replace(b"Marfuri", escaped.encode("utf-8", "replace"), 1))
    _judge(
        tmp_path, DOCUMENT.replace(b"<AccountID>371<", b"<AccountID>" + escaped.encode("utf-8", "replace") + b"<", 1)
    )

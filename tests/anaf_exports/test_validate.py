"""The validator on files that are hostile or wrong in ways the official one does not look at."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from anaf_exports.d406.validate import Report, validate
from anaf_exports.d406.validate.run import UnreadableFile
from tests.anaf_exports.documents import minimal

Judge = Callable[[str | bytes], Report]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def judged(content: str | bytes) -> Report:
        file = tmp_path / "d406.xml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return validate(file)

    return judged


def _rules(report: Report) -> set[str]:
    return set(report.counts)


def test_a_sound_file_is_valid_and_says_that_no_official_judge_ran(judge: Judge) -> None:
    report = judge(minimal())
    assert (report.valid, report.submission, report.period) == (True, "L", "2026-08")
    assert report.findings == []
    assert report.as_dict()["official"] == {
        "ran": False,
        "reason": "no kit was named: the official validator did not run",
    }


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UnreadableFile):
        validate("no-such-file.xml")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "anaf.structure.xml"),
        (b"not xml at all", "anaf.structure.xml"),
        (b"<AuditFile><Header></AuditFile>", "anaf.structure.xml"),
        (b"<AuditFile/>", "anaf.structure.namespace"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "own.refused.doctype"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "own.refused.encoding"),
        ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "anaf.structure.xml"),
        (b"<a>" * 5000, "anaf.structure.xml"),
    ],
)
def test_a_file_that_is_no_d406_is_refused_with_one_error(judge: Judge, content: bytes, rule: str) -> None:
    report = judge(content)
    assert not report.valid
    assert _rules(report) == {rule}


def test_an_entity_is_never_expanded(judge: Judge, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    document = minimal().replace(
        "<AuditFile", f'<!DOCTYPE AuditFile [<!ENTITY x SYSTEM "file://{secret}">]><AuditFile', 1
    )
    report = judge(document.replace("Marfuri", "&x;"))
    assert _rules(report) == {"own.refused.doctype"}


def test_a_record_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "huge.xml"
    head, _, _ = minimal().partition("<MasterFiles>")
    with file.open("w", encoding="utf-8") as target:
        target.write(head + "<MasterFiles><GeneralLedgerAccounts><Account>")
        for _ in range(90):
            target.write("<AccountDescription>" + "x" * 1_000_000 + "</AccountDescription>")
    report = validate(file)
    assert "anaf.structure.size" in _rules(report)


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    def peak(transactions: int) -> int:
        file = tmp_path / f"{transactions}.xml"
        file.write_text(minimal(transactions=transactions), encoding="utf-8")
        tracemalloc.start()
        assert validate(file).valid
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(10)
    assert peak(3000) < peak(300) + 3_000_000


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<TotalDebit>100.00<", "<TotalDebit>1.00<", "own.totals"),
        ("<NumberOfEntries>1<", "<NumberOfEntries>7<", "own.totals"),
        ("<Amount>100.00<", "<Amount>99.00<", "own.entry_balance"),
        ("<ClosingDebitBalance>100.00<", "<ClosingDebitBalance>1.00<", "own.account_balance"),
        ("<RegistrationNumber>RO12345674<", "<RegistrationNumber>RO12345675<", "own.company_code"),
        ("<AccountID>371</AccountID><CustomerID>", "<AccountID>345</AccountID><CustomerID>", "own.orphan.account"),
        ("<GLPostingDate>2026-08-10<", "<GLPostingDate>2026-07-10<", "own.date_outside"),
        ("<CurrencyAmount>100.00<", "<CurrencyAmount>50.00<", "own.currency_amount"),
    ],
)
def test_what_the_official_validator_passes_is_a_warning_of_ours(judge: Judge, old: str, new: str, rule: str) -> None:
    document = minimal()
    assert old in document
    report = judge(document.replace(old, new, 1))
    assert report.valid
    assert rule in _rules(report)


def test_a_finding_says_where_it_is(judge: Judge) -> None:
    report = judge(
        minimal(transactions=3).replace(
            "<AccountID>1012</AccountID><CustomerID>", "<AccountID>6999</AccountID><CustomerID>"
        )
    )
    paths = [finding.path for finding in report.findings if finding.rule == "anaf.value.account"]
    assert paths[1] == (
        "AuditFile/GeneralLedgerEntries/Journal/Transaction[2]/TransactionLine[2]/AccountID"
    )  # fmt: skip
    assert all(finding.line > 1 for finding in report.findings if finding.rule == "anaf.value.account")


def test_findings_of_one_rule_are_counted_beyond_those_that_are_kept(judge: Judge) -> None:
    broken = minimal(transactions=400).replace("<PeriodYear>2026<", "<PeriodYear>2019<")
    report = judge(broken)
    assert report.counts["anaf.value.year"] == 400
    assert len([finding for finding in report.findings if finding.rule == "anaf.value.year"]) == 200


def test_an_element_out_of_order_between_records_is_found(judge: Judge) -> None:
    document = minimal(transactions=2)
    broken = document.replace("</Transaction>", "</Transaction><Type>GEN</Type>", 1)
    assert "anaf.structure.order" in _rules(judge(broken))


def test_a_second_header_is_found(judge: Judge) -> None:
    document = minimal()
    start, end = document.index("<Header>"), document.index("</Header>") + len("</Header>")
    broken = document[:end] + document[start:end] + document[end:]
    assert "anaf.structure.too_many" in _rules(judge(broken))

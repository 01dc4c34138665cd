"""Rules over several elements of one structure, as the official validator J2.2.18 has them. Named in
`structure/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anaf_exports.d406.spec import load
from anaf_exports.d406.validate.period import FilingPeriod, PeriodUnknown
from anaf_exports.d406.xml import Node
from anaf_exports.nomenclatures import load as load_nomenclatures

Complain = Callable[[str, Node, str], None]
Rule = Callable[[Node, str, Complain], None]


def _text(node: Node, path: str, prefix: str) -> str:
    found: Node | None = node
    for name in path.split("/"):
        found = next(found.iterchildren(prefix + name), None) if found is not None else None
    return (found.text or "").strip() if found is not None else ""


def header(node: Node, prefix: str, complain: Complain) -> None:
    """Segment index within the total (H.12), currency, and a span of months that the submission type may
    have."""
    index, total = _text(node, "SegmentIndex", prefix), _text(node, "TotalSegmentsInsequence", prefix)
    if index.isdigit() and total.isdigit() and int(index) > int(total):
        complain("anaf.rule.segment", node, f"segment {index} of {total}")
    region, country = _text(node, "AuditFileRegion", prefix), _text(node, "AuditFileCountry", prefix)
    _region(node, country, region, complain)
    submission = _text(node, "HeaderComment", prefix)
    span = load().months.get(submission)
    if span is None:
        return
    try:
        period = FilingPeriod.of_header(node, prefix)
    except PeriodUnknown as unknown:
        complain("anaf.rule.period", node, unknown.message)
        return
    if not span[0] <= period.months <= span[1]:
        complain("anaf.rule.period", node, f"{submission} may not span {period.months} months ({period})")


def master_files(node: Node, prefix: str, complain: Complain) -> None:
    """At least one of the master files must hold something."""
    if not any(len(section) for section in node if isinstance(section.tag, str)):
        complain("anaf.rule.master_files", node, "all master files are empty")


def region_of_country(node: Node, prefix: str, complain: Complain) -> None:
    """A region is a Romanian county; an address abroad has none (S.A.7)."""
    _region(node, _text(node, "Country", prefix), _text(node, "Region", prefix), complain)


def _region(node: Node, country: str, region: str, complain: Complain) -> None:
    if not region:
        return
    if country != "RO":
        complain("anaf.rule.region", node, f"an address in {country} may not have a region")
    elif region not in load_nomenclatures().codes("county"):
        complain("anaf.rule.region", node, f"{region[:20]!r} is no Romanian county")


def partner_pair(node: Node, prefix: str, complain: Complain) -> None:
    """Customer and supplier may not both be 0 (GL.19, GL.20, GL.28, GL.29, SD.P.22)."""
    if _text(node, "CustomerID", prefix) == "0" == _text(node, "SupplierID", prefix):
        complain("anaf.rule.partner_pair", node, "CustomerID and SupplierID are both 0")


def no_name(node: Node, prefix: str, complain: Complain) -> None:
    """A partner is told by its code: the element Name is in the XSD and refused (S.I.24, S.I.27)."""
    if _text(node, "Name", prefix):
        complain("anaf.rule.no_name", node, "Name may not be used, write the partner's code")


def payment_mechanism(node: Node, prefix: str, complain: Complain) -> None:
    """Each mechanism goes with one method (SD.P.10, SD.P.32)."""
    mechanism = _text(node, "PaymentSettlement/PaymentMechanism", prefix)
    method = _text(node, "PaymentMethod", prefix)
    required = load_nomenclatures().payment_methods.get(mechanism)
    if required is not None and method != required:
        complain(
            "anaf.rule.payment_mechanism",
            node,
            f"mechanism {mechanism} goes with method {required}, not {method}",
        )


def asset_transactions(node: Node, prefix: str, complain: Complain) -> None:
    """A count above 0 asks for transactions; 0 says that there were none (SD.AT.2)."""
    if node.find(prefix + "AssetTransaction") is None and _text(node, "NumberOfAssetTransactions", prefix) != "0":
        complain("anaf.rule.asset_transactions", node, "transactions are counted, but none stands here")


RULES: Mapping[str, Rule] = {
    "header": header,
    "master_files": master_files,
    "region_of_country": region_of_country,
    "partner_pair": partner_pair,
    "no_name": no_name,
    "payment_mechanism": payment_mechanism,
    "asset_transactions": asset_transactions,
}

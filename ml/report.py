"""A run in words, for someone who decides: Romanian or English, whole lei, the figures that matter."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ml.sales import GroupForecast, ModelRun

Language = Literal["ro", "en"]


def sales_lines(run: ModelRun, *, lang: Language = "en") -> list[str]:
    """The sales forecast as lines of text: the whole, each group, how far it was off before, what was left out."""
    words = _WORDS[lang]
    first, last = run.groups[0].ahead[0][0], run.groups[0].ahead[-1][0]
    total = sum(_total(group) for group in run.groups)
    lines = [
        words["title"].format(span=_span(first, last, lang), until=_month(run.last_month, lang), build=run.build_id),
        words["total"].format(total=_lei(total, lang), change=_change(total, _year_ago(run.groups), lang)),
        "",
        words["head"],
    ]
    for group in sorted(run.groups, key=_total, reverse=True):
        _, mean, low, high = group.ahead[0]
        lines.append(
            words["row"].format(
                name=group.name_ro if lang == "ro" else group.name_en,
                total=_lei(_total(group), lang),
                change=_change(_total(group), _year_ago((group,)), lang),
                mean=_lei(mean, lang),
                low=_lei(low, lang),
                high=_lei(high, lang),
            )
        )
    lines += ["", *_reliability(run, lang)]
    lines += [words["skipped"].format(code=code, months=months) for code, months in run.skipped.items()]
    return lines


def _reliability(run: ModelRun, lang: Language) -> list[str]:
    words = _WORDS[lang]
    ours, naive = run.metrics["champion"].get("wape"), run.metrics["seasonal_naive"].get("wape")
    covered = run.metrics["champion"].get("coverage-80")
    if ours is None or naive is None or covered is None:
        return [words["untested"]]
    verdict = words["better"] if ours < naive else words["worse"]
    return [
        words["tested"].format(ours=_decimal(ours, lang), naive=_decimal(naive, lang), verdict=verdict),
        words["covered"].format(covered=_decimal(100 * covered, lang)),
    ]


def _total(group: GroupForecast) -> float:
    return sum(mean for _, mean, _, _ in group.ahead)


def _year_ago(groups: tuple[GroupForecast, ...]) -> float | None:
    """Sales in the same months of the year before; None when the history does not hold all of them."""
    total = 0.0
    for group in groups:
        known = dict(group.history)
        for month, *_ in group.ahead:
            before = month.replace(year=month.year - 1)
            if before not in known:
                return None
            total += known[before]
    return total


def _change(value: float, before: float | None, lang: Language) -> str:
    if before is None or before <= 0:
        return _WORDS[lang]["no_year"]
    percent = 100 * (value / before - 1)
    return f"{'+' if percent >= 0 else '-'}{_decimal(abs(percent), lang)} %"


def _lei(amount: float, lang: Language) -> str:
    text = f"{amount:,.0f}"
    return text.replace(",", ".") if lang == "ro" else text


def _decimal(value: float, lang: Language) -> str:
    text = f"{value:.1f}"
    return text.replace(".", ",") if lang == "ro" else text


def _month(day: date, lang: Language) -> str:
    return f"{day:%m.%Y}" if lang == "ro" else f"{day:%Y-%m}"


def _span(first: date, last: date, lang: Language) -> str:
    return _month(first, lang) if first == last else f"{_month(first, lang)} - {_month(last, lang)}"


_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Net sales expected for {span} (RON without VAT; data up to {until}, build {build})",
        "total": "Altogether {total}, against the same months a year ago: {change}",
        "head": f"{'Product group':<32}{'all months':>16}{'year on year':>14}   next month (80 %: between)",
        "row": "{name:<32}{total:>16}{change:>14}   {mean} ({low} and {high})",
        "tested": "Tried on past months, it was off by {ours} % of what was sold; repeating last year: {naive} %."
        " {verdict}",
        "better": "It beats repeating last year.",
        "worse": "It does not beat repeating last year: decide with care.",
        "covered": "{covered} % of those months fell inside the interval meant to hold 80 %.",
        "untested": "The history is too short to hold months back, so nobody knows yet how far it is off.",
        "skipped": "Left out: {code}, with {months} month(s) of sales.",
        "no_year": "no year before",
    },
    "ro": {
        "title": "Vânzări nete așteptate pentru {span} (lei fără TVA; date până la {until}, versiunea {build})",
        "total": "În total {total}, față de aceleași luni ale anului trecut: {change}",
        "head": f"{'Grupă de produse':<32}{'toate lunile':>16}{'față de an':>14}   luna următoare (80 %: între)",
        "row": "{name:<32}{total:>16}{change:>14}   {mean} ({low} și {high})",
        "tested": "Verificată pe lunile trecute, a greșit cu {ours} % din vânzări; repetarea anului trecut: {naive} %."
        " {verdict}",
        "better": "E mai bună decât repetarea anului trecut.",
        "worse": "Nu e mai bună decât repetarea anului trecut: hotărâți cu grijă.",
        "covered": "{covered} % din acele luni au căzut în intervalul care trebuie să cuprindă 80 %.",
        "untested": "Istoricul e prea scurt pentru verificare, deci nu se știe încă precizia.",
        "skipped": "Fără prognoză: {code}, cu numai {months} luni de vânzări.",
        "no_year": "fără an anterior",
    },
}

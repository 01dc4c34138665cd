"""Every text there is in both languages, and no code asks for one that is not."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from dashboards.i18n import TEXTS, text

_SOURCES = Path(__file__).parents[2] / "dashboards"


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_fill_the_same_places(key: str) -> None:
    places = [{name for _, name, _, _ in string.Formatter().parse(one) if name} for one in TEXTS[key]]
    assert all(TEXTS[key])
    assert places[0] == places[1]


def test_every_text_that_code_names_is_in_the_table() -> None:
    named = {
        key
        for path in _SOURCES.rglob("*.py")
        for key in re.findall(r"""text\(\s*["']([a-z_]+\.[a-z_0-9.]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 40
    assert named <= set(TEXTS)


def test_romanian_uses_comma_below_and_not_cedilla() -> None:
    assert not [key for key, (ro, _) in TEXTS.items() if set(ro) & set("şţŞŢ")]


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("no.such", "ro")

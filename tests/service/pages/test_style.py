"""The colours of the style sheet: readable in light and dark, kinds apart from the paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import clusterkg.service

CSS = (Path(clusterkg.service.__file__).parent / "static" / "site.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
LIGHT = dict(TOKEN.findall(CSS[: CSS.index("prefers-color-scheme")]))
DARK = dict(TOKEN.findall(CSS[CSS.index("prefers-color-scheme") : CSS.index("/* Foundations */")]))
KINDS = ("company", "provider", "research", "university", "related", "other")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_reaches_four_and_a_half(tokens: dict[str, str]) -> None:
    for ground in ("paper", "panel"):
        for text in ("ink", "muted", "accent", "warn"):
            assert contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
    assert contrast(tokens["accent-ink"], tokens["accent"]) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_reach_three(tokens: dict[str, str]) -> None:
    for ground in ("paper", "panel"):
        for kind in KINDS:
            assert contrast(tokens[kind], tokens[ground]) >= 3, (kind, ground)


def test_the_sheet_loads_nothing() -> None:
    assert "@import" not in CSS
    assert "url(" not in CSS
    assert CSS.count("{") == CSS.count("}")


def test_a_trail_has_marks_between_its_steps_only() -> None:
    assert '.trail li + li::before { content: "›"' in CSS
    assert ".trail li::after" not in CSS

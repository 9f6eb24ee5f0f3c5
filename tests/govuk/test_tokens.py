"""The palette as it is written: each pair that carries text has the contrast that WCAG 2.2 AA asks for."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SOURCE = Path(settings.BASE_DIR) / "static" / "src"
TOKENS = dict(re.findall(r'"([\w-]+)": (#[0-9a-f]{6})', (SOURCE / "_tokens.scss").read_text()))
TEXT, LARGE_OR_SHAPE = 4.5, 3.0


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_has_it():
    assert contrast("focus", "focus-text") == pytest.approx(13.9, abs=0.05)
    assert contrast("brand", "paper") == pytest.approx(12.5, abs=0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *[
            (ink, ground)
            for ink in ("brand", "link", "action", "text", "quiet", "overdue", "soon", "done", "waiting", "paused")
            for ground in ("paper", "tint")
        ],
        *[(f"{kind}-text", f"{kind}-tint") for kind in ("overdue", "soon", "done", "waiting", "paused")],
        *[(stage, ground) for stage in ("begin", "flourish", "excel") for ground in ("paper", "tint", "brand-soft")],
        ("paper", "brand"),
        ("paper", "action"),
        ("brand-deep", "brand-soft"),
        ("quiet", "brand-soft"),
        ("brand", "brand-soft"),
        ("link", "waiting-tint"),
        ("text", "soon-tint"),
        ("text", "waiting-tint"),
        ("action-deep", "done-tint"),
        ("quiet", "waiting-tint"),
        ("focus-text", "focus"),
    ],
)
def test_text_can_be_read(ink, ground):
    assert contrast(ink, ground) >= TEXT


@pytest.mark.parametrize(
    ("shape", "ground"),
    [
        ("field", "paper"),
        ("field", "tint"),
        ("overdue", "brand-soft"),
        ("done", "brand-soft"),
        ("waiting", "brand-soft"),
    ],
)
def test_edges_and_shapes_can_be_seen(shape, ground):
    assert contrast(shape, ground) >= LARGE_OR_SHAPE


def test_colours_are_written_only_among_the_tokens():
    strays = {
        path.name: found
        for path in SOURCE.glob("*.scss")
        if path.name != "_tokens.scss" and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text()))
    }
    assert strays == {}

"""bench/RESULTS.md: a section for each part of the benchmark, replaced by whichever part ran."""

import re
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def write_section(heading: str, text: str) -> None:
    """Put the text under `## heading`, in place of what stood there; the other sections stay."""
    before = RESULTS.read_text() if RESULTS.exists() else "# What was measured\n"
    section = f"## {heading}\n\n{text.strip()}\n"
    found = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    kept = found.sub("", before).rstrip()
    RESULTS.write_text(f"{kept}\n\n{section}")

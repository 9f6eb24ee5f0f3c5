"""Draw the state tables of `induction/rules/` as docs/induction-states.md."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "induction-states.md"
OPENING = """# How plans, items and reviews move

Drawn from the tables in `induction/rules/`: services change a state only through them, with the row locked.
`PORTAL_MODE=test python scripts/draw_states.py` draws this page again; a test fails while it differs from the tables.
"""


def drawing() -> str:
    """The page: one diagram a table."""
    from induction import rules  # noqa: PLC0415 - models are ready only after django.setup()
    from induction.models import Checkpoint, InductionPlan, Review  # noqa: PLC0415

    parts = [OPENING]
    for title, table, states in (
        ("An induction plan", rules.PLAN_TRANSITIONS, InductionPlan.State),
        ("An item", rules.CHECKPOINT_TRANSITIONS, Checkpoint.State),
        ("A review", rules.REVIEW_TRANSITIONS, Review.State),
    ):
        lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {state.value}: {state.label}" for state in states]
        lines += [
            f"    {before} --> {after}: {action.replace('_', ' ')}"
            for action, moves in table.items()
            for before, after in moves.items()
        ]
        parts.append("\n".join([*lines, "```", ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bexley_ld.settings")
    django.setup()
    TARGET.write_text(drawing())

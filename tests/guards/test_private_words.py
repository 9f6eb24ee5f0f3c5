"""What is private is private in the queryset already, so that a page, a list or an export cannot forget it."""

from __future__ import annotations

import pytest

from notifications.models import OutgoingMail
from tests.personas import MARKS, NOW, TODAY, Scene, undone


@pytest.mark.parametrize(
    ("persona", "note", "seen"),
    [
        ("person", "note_of_person", True),
        ("person", "note_shared", True),
        ("person", "note_of_manager", False),
        ("manager", "note_of_manager", True),
        ("manager", "note_shared", True),
        ("manager", "note_of_person", False),
        ("cover", "note_shared", True),
        ("cover", "note_of_manager", False),
        ("cover", "note_of_person", False),
        ("higher", "note_shared", False),
        ("former_manager", "note_shared", False),
        ("ld_admin", "note_shared", False),
    ],
)
def test_a_note_is_its_authors_until_shared(scene: Scene, persona: str, note: str, seen: bool) -> None:
    """Whoever starts from visible_to gets no draft of somebody else."""
    model = type(scene.notes[note])
    found = model.objects.visible_to(scene.users[persona], today=TODAY).filter(pk=scene.notes[note].pk)
    assert found.exists() is seen


@pytest.mark.parametrize("persona", ["cover", "higher", "former_manager", "ld_admin", "head_of_service", "buddy"])
def test_the_reason_of_an_extension_stays_between_the_two(scene: Scene, persona: str) -> None:
    """Absence and adjustments are health data: the person and the line manager, nobody else."""
    rows = scene.plan.extensions.model.objects.visible_to(scene.users[persona], today=TODAY)
    assert MARKS["reason"] not in [row.reason for row in rows]


def test_a_leaver_sees_no_mail_of_theirs(scene: Scene) -> None:
    """Rights end with the account, also where a session outlives it."""
    with undone():
        OutgoingMail.objects.create(
            key="to-a-leaver",
            kind="test",
            recipient=scene.people["deactivated"],
            to_email="leaver@people.example",
            subject="Test",
            why="Test",
            created_at=NOW,
            due_at=NOW,
        )
        assert not OutgoingMail.objects.visible_to(scene.users["deactivated"], today=TODAY).exists()

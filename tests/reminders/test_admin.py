"""L&D changes ladders and the hour; what was reminded is read-only."""

import pytest
from django.contrib.auth.models import Permission

from notifications.due import Days
from people.roles import Role
from reminders import registry
from reminders.forms import LadderForm
from reminders.models import Ladder, Reminder, SweepRun, SweepSettings
from reminders.services import reset_ladders
from tests.factories.people import UserFactory
from tests.reminders.conftest import MONDAY, at

pytestmark = pytest.mark.django_db

VALID = {
    "is_enabled": "on",
    "counted_in": "working",
    "before": "5, 1",
    "after": "2",
    "escalate_to_manager_after": "10",
    "escalate_to_learning_after": "15",
}


@pytest.fixture
def ladder():
    return Ladder.objects.create(kind="elsewhere.thing")


def errors(ladder, **changes):
    return LadderForm({**VALID, **changes}, instance=ladder).errors


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"before": "five"}, "before", "Enter whole numbers of days, such as 5, 1."),
        ({"before": "0"}, "before", "Each number must be between 1 and 60 working days."),
        ({"after": "61"}, "after", "Each number must be between 1 and 60 working days."),
        ({"after": "-2"}, "after", "Each number must be between 1 and 60 working days."),
        ({"before": "3 3"}, "before", "Enter each number once."),
        ({"before": "1,2,3,4,5,6,7"}, "before", "Enter at most 6 numbers."),
        ({"escalate_to_learning_after": "10"}, "escalate_to_learning_after",
         "Learning and Development must hear of it later than the next level up."),
        ({"escalate_to_manager_after": "99", "escalate_to_learning_after": ""}, "escalate_to_manager_after",
         "Enter at most 60 working days."),
        ({"before": "91", "counted_in": "calendar"}, "before", "Each number must be between 1 and 90 calendar days."),
        ({"counted_in": "moons"}, "counted_in", "Select a valid choice. moons is not one of the available choices."),
    ],
)  # fmt: skip
def test_ladder_lists_are_checked(ladder, changes, field, message):
    assert errors(ladder, **changes) == {field: [message]}


def test_ladder_lists_are_kept_in_order(ladder):
    form = LadderForm({**VALID, "before": "1 5", "after": "5,2"}, instance=ladder)
    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.before, saved.after) == ([5, 1], [2, 5])
    assert 'value="5, 1"' in str(LadderForm(instance=saved)["before"])


def test_a_ladder_may_count_by_the_calendar(ladder):
    form = LadderForm({**VALID, "before": "90 30", "counted_in": "calendar"}, instance=ladder)
    assert form.is_valid(), form.errors
    assert form.save().offsets.counted_in is Days.CALENDAR


def test_ladder_may_be_empty(ladder):
    emptied = dict.fromkeys(["before", "after", "escalate_to_manager_after", "escalate_to_learning_after"], "")
    form = LadderForm({**VALID, **emptied}, instance=ladder)
    assert form.is_valid(), form.errors
    assert form.save().offsets.before == ()


def test_reset_to_the_default(chores, ladder):
    changed = Ladder.objects.create(kind="chores.chore", before=[9], counted_in="calendar", is_enabled=False)
    assert reset_ladders(kinds=["chores.chore", "elsewhere.thing"]) == 1
    changed.refresh_from_db()
    assert (changed.before, changed.escalate_to_manager_after, changed.is_enabled) == ([5, 1], 10, True)
    assert changed.counted_in == "working"


@pytest.fixture
def staff(client):
    user = UserFactory(roles=[Role.LD_ADMIN], is_staff=True)
    names = [
        "view_ladder",
        "change_ladder",
        "change_sweepsettings",
        "view_sweeprun",
        "view_reminder",
        "change_reminder",
    ]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def admin_reachable(settings):
    """Second factor and idle time are other parts' tests."""
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]


def test_ladder_is_edited_in_the_admin(admin_reachable, staff, ladder):
    response = staff.post(f"/admin/reminders/ladder/{ladder.pk}/change/", VALID)
    assert response.status_code == 302, response.content
    ladder.refresh_from_db()
    assert ladder.before == [5, 1]
    assert ladder.history.count() == 2
    assert staff.get("/admin/reminders/ladder/").status_code == 200
    assert staff.get("/admin/reminders/ladder/add/").status_code == 403


def test_sweep_settings_are_one_row(admin_reachable, staff):
    row = SweepSettings.objects.get()
    address = f"/admin/reminders/sweepsettings/{row.pk}/change/"
    assert staff.get("/admin/reminders/sweepsettings/").headers["Location"] == address
    assert staff.post(address, {"hour": "9", "is_enabled": "on"}).status_code == 302
    assert SweepSettings.objects.get().hour == 9
    assert staff.get("/admin/reminders/sweepsettings/add/").status_code == 403
    assert staff.get(f"/admin/reminders/sweepsettings/{row.pk}/delete/").status_code == 403
    assert staff.post(address, {"hour": "23", "is_enabled": "on"}).status_code == 200
    assert SweepSettings.objects.get().hour == 9


def test_records_are_read_only(admin_reachable, staff):
    person = UserFactory().person
    reminder = Reminder.objects.create(
        rule="elsewhere.thing", step="on-the-day", subject_type="thing", subject_id=1, recipient=person,
        due_date=MONDAY, sweep_date=MONDAY,
    )  # fmt: skip
    run = SweepRun.objects.create(for_date=MONDAY, started_at=at(MONDAY), counts={"lines": {"a.b": 3}})
    for name, row in (("reminder", reminder), ("sweeprun", run)):
        assert staff.get(f"/admin/reminders/{name}/").status_code == 200
        assert staff.get(f"/admin/reminders/{name}/{row.pk}/change/").status_code == 200
        assert staff.post(f"/admin/reminders/{name}/{row.pk}/change/", {}).status_code == 403
        assert staff.post(f"/admin/reminders/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert staff.get(f"/admin/reminders/{name}/add/").status_code == 403


def test_reminders_are_found_by_the_kind_of_step(admin_reachable, staff):
    person = UserFactory().person
    for number, step in enumerate(("before-5", "before-1", "week-2027-06-14", "told-who-has-it", "resolved")):
        Reminder.objects.create(
            rule="elsewhere.thing", step=step, subject_type="thing", subject_id=number, recipient=person,
            due_date=MONDAY, sweep_date=MONDAY,
        )  # fmt: skip

    def shown(**asked):
        page = staff.get("/admin/reminders/reminder/", asked).content.decode()
        return page[page.index('id="result_list"') : page.index("</table>")]

    every, before, week = shown(), shown(step="before"), shown(step="week")
    assert "told that Learning and Development has it" in every
    assert "5 days before" in before
    assert "told that" not in before
    assert "on the manager’s list of the week of 14 June 2027" in week
    assert "days before" not in week


def test_what_is_somebodys_own_is_not_told_beside_their_name(admin_reachable, staff):
    """A draft, a CPD plan, an application: the log says which part of the portal it was, and no filter says more."""
    person = UserFactory().person
    own = [rule for rule in registry.rules() if rule.calendar_title]
    assert {"pathways.draft_closes", "pathways.cpd_action"} <= {rule.kind for rule in own}
    for number, rule in enumerate(own):
        Reminder.objects.create(
            rule=rule.kind, step="before-5", subject_type="thing", subject_id=number, recipient=person,
            due_date=MONDAY, sweep_date=MONDAY,
        )  # fmt: skip
    counts = {"lines": {rule.kind: 1 for rule in own}}
    run = SweepRun.objects.create(for_date=MONDAY, started_at=at(MONDAY), counts=counts)
    row = Reminder.objects.first()
    addresses = ["reminder/", f"reminder/{row.pk}/change/", f"sweeprun/{run.pk}/change/"]
    pages = [staff.get(f"/admin/reminders/{address}").content.decode() for address in addresses]
    assert [(rule.kind, number) for rule in own for number, page in enumerate(pages) if rule.title in page] == []
    assert "Learning" in pages[0]
    assert f"Learning: {len(own)}" in pages[2]
    narrowed = staff.get("/admin/reminders/reminder/", {"kind": own[-1].kind}).content.decode()
    assert narrowed.count('class="field-recipient') == len(own)


@pytest.mark.parametrize("value", ["9223372036854775808", "x", "²", "-1", ""])
def test_a_year_that_no_calendar_has_is_left_out(admin_reachable, staff, value):
    answer = staff.get("/admin/reminders/reminder/", {"sweep_date__year": value})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/reminders/reminder/")


WORDS = {"counted_in": "working", "line": "Do {label} by {date}", "info": "{person} has {label}, with {holder}"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Do it by {date}", "The field {label} is missing"),
        ("{label} {password}", "There is no field {password}"),
        ("{label} {person", "A brace is not closed"),
        ("{label.__class__}", "A brace is not closed"),
        ("{label}\u202e", "cannot be seen"),
    ],
)
def test_words_of_a_line_are_checked(words, reason):
    ladder = Ladder.objects.get(kind="induction.item")
    form = LadderForm({**VALID, **WORDS, "line": words}, instance=ladder)
    assert reason in str(form.errors["line"])


def test_the_words_of_the_rule_are_kept_as_none():
    ladder = Ladder.objects.get(kind="induction.item")
    form = LadderForm(instance=ladder)
    assert form.initial["line"]
    kept = LadderForm({**VALID, **WORDS, "line": form.initial["line"], "info": ""}, instance=ladder).save()
    assert (kept.line, kept.info) == ("", "")


def test_words_of_a_line_are_shown_with_invented_data(admin_reachable, staff):
    ladder = Ladder.objects.get(kind="induction.item")
    Ladder.objects.filter(pk=ladder.pk).update(line="Do <b>{label}</b> by {date}")
    answer = staff.get(f"/admin/reminders/ladder/{ladder.pk}/change/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Do &lt;b&gt;Visit the reablement team&lt;/b&gt; by Monday 5 July 2027" in page


def test_a_ladder_is_called_by_the_title_of_its_kind():
    assert str(Ladder(kind="induction.item")) == registry.rule_of("induction.item").title

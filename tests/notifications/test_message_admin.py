"""L&D words messages, tries them out, switches them off; what is typed is never run."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape

from notifications import emails, wording
from notifications.kinds import title_from_code
from notifications.models import MessageSetting, OutgoingMail
from notifications.registry import kind_of, kinds
from notifications.wording import Words, wordings
from people.roles import Role
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
KIND = "induction.plan_agreed"
GOOD = {"is_enabled": "on", "subject": "Agreed: the plan to {end_date}", "body": "Hi {first_name}\n\nLook:\n{link}"}
EDITABLE = [one.kind for one in wordings().values() if one.is_editable]


@pytest.fixture
def ld_admin(client):
    user = UserFactory(is_staff=True, roles=[Role.LD_ADMIN])
    client.force_login(user)
    return user


def row_of(kind=KIND):
    return MessageSetting.objects.get_or_create(kind=kind)[0]


def url(act, kind=KIND):
    return reverse(f"admin:notifications_messagesetting_{act}", args=[row_of(kind).pk])


def errors(client, **changes):
    response = client.post(url("change"), {**GOOD, **changes})
    assert response.status_code == 200
    found = response.context["adminform"].form.errors
    return " ".join(str(error) for of_field in found.values() for error in of_field)


def rendered(kind=KIND, **changes):
    one = wordings()[kind]
    return emails.render(one.template, {**one.sample(), "why": "", **changes}, kind=kind_of(one.kind))


def test_each_mail_has_its_row_after_migrate():
    MessageSetting.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert KIND in set(MessageSetting.objects.values_list("kind", flat=True))
    assert not MessageSetting.objects.filter(kind="induction.item").exists()


@pytest.mark.parametrize("kind", EDITABLE)
def test_the_words_of_each_file_can_be_edited_and_say_the_same(kind):
    """What the editor begins with is valid, and filled in it is what the file writes."""
    one = wordings()[kind]
    words = emails.words_of_file(one)
    names = {field.name for field in one.fields}
    assert wording.problems(words.subject, names, one_line=True) == wording.problems(words.body, names) == []
    assert wording.missing(words.body, one.required) == []
    plain = rendered(kind)
    MessageSetting.objects.update_or_create(kind=kind, defaults={"subject": words.subject, "body": words.body})
    assert rendered(kind) == plain


@pytest.mark.parametrize("kind", list(wordings()))
def test_each_wording_belongs_to_a_kind_and_can_be_looked_at(client, ld_admin, kind):
    assert kind in kinds()
    assert client.get(url("change", kind)).status_code == 200
    page = client.get(url("preview", kind))
    assert "<html" in page.content.decode()
    assert "sandbox" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_words_are_kept_and_used(client, ld_admin):
    assert client.post(url("change"), GOOD).status_code == 302
    content = rendered()
    assert content.subject == "Agreed: the plan to 5 July 2027"
    assert content.text_body.startswith("Hi Robin\n\nLook:\nhttp")
    assert 'class="button"' in content.html_body
    assert row_of().history.count() == 1


def test_the_words_of_the_file_are_kept_as_none(client, ld_admin):
    words = emails.words_of_file(wordings()[KIND])
    client.post(url("change"), {"is_enabled": "on", "subject": words.subject, "body": words.body.replace("\n", "\r\n")})
    assert (row_of().subject, row_of().body) == ("", "")


REFUSED = [
    ({"subject": "To {nobody}"}, "There is no field {nobody}"),
    ({"body": "No link {first_name}"}, "The field {link} is missing"),
    ({"body": "{link} {first_name"}, "A brace is not closed"),
    ({"body": "{link} {first_name.__class__}"}, "A brace is not closed"),
    ({"body": "{link} {first_name!r:>999999999}"}, "A brace is not closed"),
    ({"body": "{link} {% include 'x' %}"}, "A brace is not closed"),
    ({"body": "{link} {{ request }}"}, "A brace is not closed"),
    ({"subject": "Plan\r\nBcc: all@people.example"}, "a line break could add a header"),
    ({"subject": "Plan\u2028Bcc: x"}, "cannot be seen"),
    ({"subject": "Plan \u202e desrever"}, "cannot be seen"),
    ({"body": "{link}\x07"}, "cannot be seen"),
    ({"body": "{link}\t\u200fx"}, "cannot be seen"),
    ({"subject": ""}, "required"),
    ({"body": ""}, "required"),
    ({"subject": "x" * 201}, "at most 200"),
    ({"body": "{link}" + "x" * 5000}, "at most 5000"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_what_cannot_be_sent_is_refused_with_its_reason(client, ld_admin, changes, reason):
    assert reason in errors(client, **changes)
    assert row_of().body == ""


def test_values_are_never_read_as_fields_or_lines(client, ld_admin):
    row = row_of()
    row.subject, row.body = "By {by}", "{by}\n\n{link}"
    row.save()
    one = wordings()[KIND]
    sample = one.sample()
    sample["by"].full_name = "Kim {link}\nBcc: all\n# Heading {% now 'Y' %}"
    content = emails.render(one.template, {**sample, "why": ""}, kind=kind_of(one.kind))
    assert content.subject == "By Kim {link} Bcc: all # Heading {% now 'Y' %}"
    assert "Kim {link} Bcc: all # Heading {% now 'Y' %}\n" in content.text_body


def test_values_are_escaped_in_the_html():
    MessageSetting.objects.update_or_create(kind=KIND, defaults={"subject": "x", "body": "<b>Hi</b> {by}\n\n{link}"})
    one = wordings()[KIND]
    sample = one.sample()
    sample["by"].full_name = "<script>alert(1)</script>"
    html = emails.render(one.template, {**sample, "why": ""}, kind=kind_of(one.kind)).html_body
    assert "<script>" not in html
    assert "&lt;b&gt;Hi&lt;/b&gt;" in html


def test_preview_shows_what_is_typed_and_keeps_nothing(client, ld_admin):
    assert "Hi Robin" in client.post(url("preview"), GOOD).content.decode()
    refused = client.post(url("preview"), {**GOOD, "body": "{oh}<i>"})
    assert refused["Content-Type"].startswith("text/plain")
    assert "There is no field {oh}. There are {" in refused.content.decode()
    assert row_of().body == ""


def test_the_page_shows_the_message_at_once_and_has_one_main_action(client, ld_admin):
    """With its subject, as plain text too, and without a script."""
    page = client.get(url("change")).content.decode()
    words = rendered()
    assert f"Subject: {words.subject}" in page
    assert escape(words.text_body.splitlines()[0]) in page
    assert f'src="{url("preview")}"' in page
    assert page.count('class="default"') == 1
    assert "_continue" not in page


def test_what_cannot_be_sent_stays_on_the_page_with_the_fields_that_there_are(client, ld_admin):
    page = client.post(url("change"), {**GOOD, "body": "{oh} my words"}).content.decode()
    assert "{oh} my words" in page
    assert "There is no field {oh}. There are " in page
    assert "this still shows the saved words" in page
    assert f"Subject: {rendered().subject}" in page


def test_reset_goes_back_to_the_file_and_keeps_the_history(client, ld_admin):
    client.post(url("change"), GOOD)
    client.post(url("reset"))
    assert row_of().body == ""
    assert [one.body != "" for one in row_of().history.all()] == [False, True]
    client.post(url("change"), GOOD)
    data = {"action": "reset_words", "_selected_action": [row_of().pk]}
    page = client.post(reverse("admin:notifications_messagesetting_changelist"), data, follow=True).content.decode()
    assert "1 message got the usual words again" in page


def test_a_test_goes_to_the_own_address_alone_with_the_words_on_the_page(client, ld_admin):
    """Not with those that are saved, which it leaves as they are; the page keeps what was typed."""
    client.post(url("change"), GOOD)
    typed = {"is_enabled": "on", "subject": "Tried: {end_date}", "body": "Only tried, {first_name}\n\n{link}"}
    page = client.post(url("change"), {**typed, "_test": "1"}).content.decode()
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.kind, mail.leaves_at_night) == (ld_admin.person, "notifications.test", True)
    assert mail.subject == "Test: Tried: 5 July 2027"
    assert mail.text_body.startswith("Only tried, Robin")
    assert f"is on its way to {ld_admin.person.email}, and to nobody else. Nothing was saved." in page
    assert 'value="Tried: {end_date}"' in page
    assert "Only tried, {first_name}" in page
    assert "Subject: Tried: 5 July 2027" in page
    assert row_of().subject == GOOD["subject"]


def test_a_test_of_words_that_cannot_be_sent_is_not_sent(client, ld_admin):
    page = client.post(url("change"), {**GOOD, "body": "{oh}", "_test": "1"}).content.decode()
    assert "There is no field {oh}" in page
    assert not OutgoingMail.objects.exists()
    assert row_of().subject == ""


def test_the_usual_words_are_tried_out_though_others_are_saved(client, ld_admin):
    client.post(url("change"), GOOD)
    words = emails.words_of_file(wordings()[KIND])
    client.post(url("change"), {"is_enabled": "on", "subject": words.subject, "body": words.body, "_test": "1"})
    assert OutgoingMail.objects.get().subject != "Test: Agreed: the plan to 5 July 2027"
    assert row_of().subject == GOOD["subject"]


def test_an_account_that_is_nobody_gets_no_test(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, person=None))
    page = client.post(url("change"), {**GOOD, "_test": "1"}).content.decode()
    assert "no address to send" in page
    assert not OutgoingMail.objects.exists()


def test_what_guards_an_account_cannot_be_switched_off(client, ld_admin):
    words = emails.words_of_file(wordings()["account.password_reset_key"])
    data = {"subject": words.subject, "body": words.body + "\n\nBest wishes"}
    assert client.post(url("change", "account.password_reset_key"), data).status_code == 302
    row = row_of("account.password_reset_key")
    assert row.is_enabled
    assert row.body.endswith("Best wishes")
    assert "Always sent." in client.get(url("change", "account.password_reset_key")).content.decode()


def test_a_message_without_words_of_its_own_has_the_switch_alone(client, ld_admin):
    assert client.post(url("change", "digest"), {}).status_code == 302
    assert not row_of("digest").is_enabled
    assert client.get(url("preview", "digest")).status_code == 404


@pytest.mark.parametrize("act", ["change", "preview", "reset"])
@pytest.mark.parametrize("user", [{"is_staff": True}, {"is_staff": True, "roles": [Role.HEAD_OF_SERVICE]}])
def test_nobody_else_may(client, user, act):
    client.force_login(UserFactory(**user))
    assert client.post(url(act), GOOD).status_code == 403
    assert row_of().body == ""


def test_a_sent_mail_takes_one_more_query_for_its_words(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert wording.own_words("induction/emails/plan_agreed", wordings()[KIND].sample()) is None
    assert wording.own_words("induction/emails/nothing", {}) is None
    assert wordings()[KIND].fill(Words("{oh}", "{by}"), wordings()[KIND].sample()) == Words("{oh}", "Kim Invented")


def test_a_message_is_called_by_its_title_wherever_it_was_changed(client, ld_admin):
    title = kind_of(KIND).title
    changed = client.post(url("change"), GOOD, follow=True).content.decode()
    assert f"{title}</a>” was changed successfully" in changed
    assert LogEntry.objects.get().object_repr == title
    for act in ("change", "history"):
        page = client.get(url(act)).content.decode()
        assert escape(title) in page
        assert title_from_code(KIND) not in page
    row = OutgoingMailFactory(kind=KIND)
    page = client.get(reverse("admin:notifications_outgoingmail_change", args=[row.pk])).content.decode()
    assert f"Message: {title}" in page


def test_a_message_that_is_no_longer_sent_is_called_by_its_code_in_words():
    assert str(row_of("old.kind_of_mail")) == "Old: kind of mail"

"""One's interests and applications: said, begun, written, sent, acted on; what becomes of them is always in sight."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govuk.templatetags.govuk import gov_datetime
from notifications.preferences import calendar
from notifications.working_days import add_working_days
from pathways.forms import DraftForm, form_of_act
from pathways.models import (
    Application,
    ApplicationDecision,
    ApplicationFile,
    CareerRole,
    CareerStep,
    Intake,
    Interest,
    PanelDate,
    QualificationRoute,
    Side,
)
from pathways.reading import (
    application_for_learning,
    application_of,
    decisions_about,
    intakes_for,
    own_applications,
    own_interests,
    parts_of,
)
from pathways.rules import application as rules
from pathways.rules.application_dates import can_take_on
from pathways.rules.ladder import check_begins_from
from pathways.services import applying, deciding
from pathways.views.next_step import standing_to
from pathways.views.parts import switch
from pathways.views.reader import reader_of
from people.line import Line, line_of
from people.models import Person
from people.roles import Role


@dataclass(frozen=True)
class Sight:
    """An application as one reader sees it today."""

    application: Application
    line: Line
    reader: Person
    sides: frozenset[Side]
    today: dt.date

    @property
    def is_own(self) -> bool:
        return Side.PERSON in self.sides

    @property
    def state(self) -> str:
        return f"application_{self.application.state}"

    @property
    def moves(self) -> list[rules.Move]:
        """What the reader may do now; the text is sent from its own page."""
        found = rules.allowed_moves(self.application, self.sides)
        elsewhere = {"send", "send_again"}
        too_early = set() if can_take_on(self.application, today=self.today) else {"take_on"}
        return [move for move in found if move.act not in elsewhere | too_early]

    @property
    def can_write(self) -> bool:
        return self.is_own and self.application.state in {"draft", "returned"}

    @property
    def holder(self) -> str:
        """Who has it now, by name; nobody where it is over."""
        side = rules.HOLDER.get(Application.State(self.application.state))
        if side == Side.PERSON:
            return "you" if self.is_own else self.application.person.full_name
        if side == Side.MANAGER:
            return "you" if self.reader.pk in self.line.ids else self.line.names
        return "Learning and Development" if side else ""

    @property
    def date_words(self) -> str:
        return rules.DATE_WORDS.get(Application.State(self.application.state), "")

    @property
    def due_date(self) -> dt.date | None:
        """The day that belongs to those words: of a draft the closing day of its intake."""
        intake = self.application.intake
        return intake.closes_date if intake and self.application.state == "draft" else self.application.answer_by

    @property
    def readers(self) -> str:
        """Who can see this page, in words."""
        person = "you" if self.is_own else self.application.person.full_name
        if self.application.sent_at is None:
            return "you alone, until you send it"
        return f"{person}, {self.line.names} as the line manager, and Learning and Development"


def _is_learning(request: HttpRequest) -> bool:
    return bool(request.user.has_role(Role.LD_ADMIN))


def application_sight(request: HttpRequest, pk: int, *, today: dt.date) -> Sight:
    """An application that the reader may read, or 404."""
    reader, is_learning = reader_of(request), _is_learning(request)
    found = (
        application_for_learning(pk=pk, reader_id=reader.pk)
        if is_learning
        else application_of(pk=pk, reader_id=reader.pk, today=today)
    )
    if not found:
        raise Http404
    application = found[0]
    line = line_of(application.person, today=today)
    sides = rules.sides_of(person_id=application.person_id, by_id=reader.pk, managers=line.ids, is_learning=is_learning)
    return Sight(application, line, reader, sides, today)


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The reader's own applications and interests, and what one can apply for."""
    today, reader = timezone.localdate(), reader_of(request)
    own = own_applications(person_id=reader.pk)
    line = line_of(reader, today=today)
    context = {
        "switch": switch("applications"),
        "sights": [Sight(row, line, reader, frozenset({Side.PERSON}), today) for row in own],
        "interests": own_interests(person_id=reader.pk),
        "intakes": intakes_for(person_id=reader.pk, today=today),
        "is_learning": _is_learning(request),
        "today": today,
    }
    return render(request, "pathways/applications.html", context)


@require_safe
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, who has it, by when; what was written and decided; what the reader may do."""
    today = timezone.localdate()
    sight = application_sight(request, pk, today=today)
    application = sight.application
    target = application.intake.route if application.intake else application.step
    parts = parts_of(application_id=pk)
    context = {
        "sight": sight,
        "application": application,
        "events": [_event(row) for row in decisions_about(application_id=pk)],
        "standing": standing_to(target, application.person_id, today=today) if rules_open(application) else None,
        "parts": parts,
        "files": list(ApplicationFile.objects.visible_to(request.user, today=today).filter(application=pk).in_order()),
        "hours": sum(part.hours or 0 for part in parts if part.done_date),
        "keeps_parts": application.state in rules.ON_THE_ROUTE and sight.sides & {Side.PERSON, Side.LEARNING},
    }
    return render(request, "pathways/application_detail.html", context)


def rules_open(application: Application) -> bool:
    """While it is still to be decided, how the person stands to what is asked belongs beside it."""
    return application.state == "draft" or application.state in rules.BEFORE_ANSWER


def _event(row: ApplicationDecision) -> dict[str, Any]:
    by = row.by.full_name if row.by else "The portal"
    text = getattr(row.entry, "free_text", None)
    return {
        "what": rules.BY_ACT[row.act].done,
        "who": f"{by}, for {row.acting_for.full_name}" if row.acting_for else by,
        "at": row.at,
        "day": row.day,
        "day_words": rules.BY_ACT[row.act].day,
        "words": text.text if text else "",
    }


@require_http_methods(["GET", "POST"])
def application_write(request: HttpRequest, pk: int) -> HttpResponse:
    """The text, saved as often as one likes; sending checks that it is whole and in time."""
    today, now = timezone.localdate(), timezone.now()
    sight = application_sight(request, pk, today=today)
    application = sight.application
    rules.check_can_write(application, sight.sides)
    form = DraftForm(request.POST or None, application=application)
    then = request.POST.get("then", "later")
    if request.method == "POST" and form.is_valid():
        saved = applying.save_draft(
            application_id=pk,
            by=sight.reader,
            version=form.cleaned_data["version"],
            data=form.data_for_service(),
            now=now,
        )
        return _saved(request, saved, then=then, now=now)
    if then == "typed":
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"said": f"Not saved yet. {words}"}, status=422)
    target = application.intake.route if application.intake else application.step
    context = {
        "sight": sight,
        "application": application,
        "form": form,
        "standing": standing_to(target, application.person_id, today=today),
    }
    return render(request, "pathways/application_write.html", context)


def _saved(request: HttpRequest, saved: Application, *, then: str, now: dt.datetime) -> HttpResponse:
    """Typed on: the page's script goes on with the new version. Otherwise to where the button says."""
    if then == "typed":
        return JsonResponse({"said": f"Saved on {gov_datetime(now)}", "version": saved.version})
    if then == "files":
        return redirect("pathways:application_files", pk=saved.pk)
    if then != "send":
        messages.success(request, "Saved. You can go on whenever you like.")
        return redirect("pathways:application_write", pk=saved.pk)
    act = "send" if saved.state == Application.State.DRAFT else "send-again"
    return redirect("pathways:application_act", pk=saved.pk, act=act)


@require_http_methods(["GET", "POST"])
def application_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act of the table: its words and dates, then the service."""
    name, today = act.replace("-", "_"), timezone.localdate()
    sight = application_sight(request, pk, today=today)
    if name not in rules.BY_ACT:
        raise Http404
    move = rules.BY_ACT[name]
    form = form_of_act(
        request.POST or None,
        application=sight.application,
        move=move,
        today=today,
        default_day=_likely_day(sight, name),
    )
    # The service judges what is sent: it knows a second click on the same form.
    if request.method == "POST" and form.is_valid():
        after = deciding.act(
            application_id=pk,
            name=name,
            by=sight.reader,
            is_learning=_is_learning(request),
            version=form.cleaned_data["version"],
            data=form.data_for_service(),
            form_key=form.cleaned_data["form_key"],
            today=today,
            now=timezone.now(),
        )
        messages.success(request, _told(Sight(after, sight.line, sight.reader, sight.sides, today), move))
        return redirect(after)
    rules.check_can_move(sight.application, name, sight.sides)
    context = {"sight": sight, "application": sight.application, "form": form, "move": move}
    if name in {"send", "send_again"}:
        context |= _before_sending(sight, move)
    return render(request, "pathways/application_act.html", context)


def _before_sending(sight: Sight, move: rules.Move) -> dict[str, Any]:
    """What goes out, who reads it first, and by when an answer is expected."""
    application, today = sight.application, sight.today
    by_day = rules.expected_by(application, move.after, day=None, until=None, today=today, calendar=calendar())
    is_for_manager = move.after == Application.State.WITH_MANAGER and sight.line.ids
    return {
        "is_sent": True,
        "first_reader": sight.line.names if is_for_manager else "Learning and Development",
        "then_learning": is_for_manager,
        "answer_by": by_day,
        "files": list(ApplicationFile.objects.filter(application=application).in_order()),
    }


def _told(sight: Sight, move: rules.Move) -> str:
    """What has been saved, and who has it now."""
    holder = sight.holder
    if not holder:
        return f"{move.done}."
    return f"{move.done}. {holder[:1].upper()}{holder[1:]} {'have' if holder == 'you' else 'has'} it now."


def _likely_day(sight: Sight, name: str) -> dt.date | None:
    """The date that a form proposes: so many working days to answer, the next panel, the start."""
    intake, today = sight.application.intake, sight.today
    if name == "offer" and intake:
        last = add_working_days(today, intake.answer_days, calendar())
        return max(today, min(last, intake.start_date))
    if name == "to_panel":
        if intake:
            return intake.panel_date
        step_id = sight.application.step_id or 0
        first = PanelDate.objects.to_come([step_id], today=today).get(step_id, [])
        return first[0].date if first else None
    return None


@require_POST
def application_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    sight = application_sight(request, pk, today=timezone.localdate())
    applying.discard_draft(application_id=pk, by=sight.reader, now=timezone.now())
    messages.success(request, "The draft is thrown away. Nobody else has seen it.")
    return redirect("pathways:applications")


@require_POST
def intake_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft for an intake, or go back to the one that is there."""
    intake = get_object_or_404(Intake.objects.select_related("route"), pk=pk)
    return _begin(request, intake=intake)


@require_POST
def step_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a progression application from one's own role, or from further up where the step is open from there."""
    today = timezone.localdate()
    step = get_object_or_404(
        CareerStep.objects.on(today).select_related("from_role__job_role", "to_role__job_role"), pk=pk
    )
    own = reader_of(request).postings.on(today).values("job_role")
    check_begins_from(step, CareerRole.objects.filter(job_role__in=own).select_related("job_role"))
    return _begin(request, step=step)


def _begin(request: HttpRequest, **target: Any) -> HttpResponse:
    application = applying.begin_application(
        by=reader_of(request), today=timezone.localdate(), now=timezone.now(), **target
    )
    if application.state == Application.State.DRAFT:
        return redirect("pathways:application_write", pk=application.pk)
    return redirect(application)


@require_POST
def interest_express(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell Learning and Development that one would like this route."""
    route = get_object_or_404(QualificationRoute, pk=pk)
    applying.express_interest(route=route, by=reader_of(request), now=timezone.now())
    messages.success(
        request, "Learning and Development knows that you are interested. You can take it back at any time."
    )
    return redirect("pathways:applications")


@require_POST
def interest_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an interest back."""
    today = timezone.localdate()
    interest = get_object_or_404(Interest.objects.visible_to(request.user, today=today), pk=pk)
    applying.withdraw_interest(interest_id=interest.pk, by=reader_of(request), now=timezone.now())
    messages.success(request, "Your interest is taken back.")
    return redirect("pathways:applications")

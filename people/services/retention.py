"""What is kept about how people come in, only as long as the data map promises (docs/dpia.md, section 6)."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from audit import services as audit
from audit.transactions import all_or_nothing
from people.models import ImportRun, KeptForm, SignedInSession, SignInAttempt
from people.services.kept_forms import KEPT_FOR

ATTEMPTS_KEPT = dt.timedelta(days=1)
REPORTS_KEPT = dt.timedelta(days=30)
IMPORTS_KEPT = relativedelta(years=2)


@all_or_nothing()
def forget_old(*, today: dt.date, now: dt.datetime) -> dict[str, int]:
    """Each period that has run out, set by set; repeatable, for the daily sweep. Answers and audits the counts."""
    # A preview is applied on its own day or never (`version_of`): after that its file serves nobody.
    midnight = timezone.make_aware(dt.datetime.combine(today, dt.time.min))
    runs = ImportRun.objects.all()
    attempts, forms = SignInAttempt.objects.all(), KeptForm.objects.all()
    counts = {
        "imports": runs.filter(created_at__lt=now - IMPORTS_KEPT).delete()[0],
        "files": runs.filter(created_at__lt=midnight, content__isnull=False).update(content=None),
        "reports": runs.filter(created_at__lt=now - REPORTS_KEPT).exclude(outcome={}).update(outcome={}),
        "attempts": attempts.filter(at__lt=now - ATTEMPTS_KEPT).delete()[0],
        "forms": forms.filter(created_at__lt=now - KEPT_FOR).delete()[0],
        "sessions": SignedInSession.objects.filter(expire_date__lte=now).delete()[0],
    }
    if any(counts.values()):
        audit.record(by=None, verb="people.forgotten", subject=None, chain=audit.PORTAL, now=now, facts=counts)
    return counts

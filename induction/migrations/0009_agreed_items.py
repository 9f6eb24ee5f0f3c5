"""Items that the agreement of a plan completes say in old plans, too, what the agreement says.

They were ticked off apart from it until now. Where both have agreed the item is signed off: what seals it are the two
agreements in the history. Where the agreement is missing a signature of the item alone does not stand for it: the item
is open again, in a new round, and what was decided before stays in the history.
"""

from django.db import migrations
from django.db.models import F


def follow(apps, schema_editor):
    items = apps.get_model("induction", "Checkpoint").objects.filter(is_agreement=True)
    plans = apps.get_model("induction", "InductionPlan").objects.all()
    agreed = items.filter(plan__in=plans.filter(agreed_date__isnull=False).values("pk"))
    missing = items.filter(plan__in=plans.filter(agreed_date__isnull=True).values("pk"))
    anew = {"answer_by": None, "drop_proposed_by": "", "was_handed_back": False, "version": F("version") + 1}
    agreed.filter(state__in=["to_do", "ready"]).update(state="signed_off", waiting_on="nobody", **anew)
    missing.filter(state__in=["ready", "signed_off"]).update(
        state="to_do", waiting_on=F("owner"), first_signer=None, round=F("round") + 1, **anew
    )


class Migration(migrations.Migration):
    dependencies = [("induction", "0008_agreement_items")]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]

from django.db import migrations, models

# The starter content's own item that the agreement of a plan completes, by programme.
KEYS = {
    "adults-practice": "agree-this-plan",
    "adults-support": "sign-the-plan",
    "childrens-practice": "shape-this-plan",
    "childrens-support": "agree-and-sign",
}
HELP = "When both have agreed the plan, this is signed off with it. Until then nobody signs it by itself."


def mark(apps, schema_editor):
    of_programmes = apps.get_model("induction", "ProgrammeCheckpoint").objects
    of_plans = apps.get_model("induction", "Checkpoint").objects
    for code, key in KEYS.items():
        of_programmes.filter(version__programme__code=code, key=key).update(is_agreement=True)
        of_plans.filter(plan__version__programme__code=code, source_key=key).update(is_agreement=True)


class Migration(migrations.Migration):
    dependencies = [("induction", "0007_indexes_of_pages")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="is_agreement",
            field=models.BooleanField(default=False, help_text=HELP, verbose_name="done by agreeing the plan"),
        )
        for name in ("checkpoint", "programmecheckpoint")
    ] + [migrations.RunPython(mark, migrations.RunPython.noop)]

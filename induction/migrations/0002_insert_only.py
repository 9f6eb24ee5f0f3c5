from django.db import migrations

from audit.operations import InsertOnly


class Migration(migrations.Migration):
    dependencies = [("induction", "0001_initial"), ("audit", "0002_insert_only")]

    operations = [InsertOnly("induction_decision")]

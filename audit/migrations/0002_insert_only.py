from django.db import migrations

from audit.operations import InsertOnly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [InsertOnly("audit_auditentry"), InsertOnly("audit_audittext")]

from django.db import migrations

from people.operations import NoOverlap


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_sessions_kept_forms_grants'),
    ]

    operations = [
        NoOverlap('people_posting', 'person_id'),
        NoOverlap('people_linemanagement', 'person_id'),
        NoOverlap('people_cover', 'manager_id'),
    ]

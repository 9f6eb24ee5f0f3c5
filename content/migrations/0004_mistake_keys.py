from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0003_mistake_reports'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mistakereport',
            name='form_key',
            field=models.UUIDField(null=True, unique=True),
        ),
    ]

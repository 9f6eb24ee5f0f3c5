from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pathways', '0008_application_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='form_key',
            field=models.UUIDField(help_text='Same form, same answer: a repeat adds nothing.', null=True, unique=True),
        ),
    ]

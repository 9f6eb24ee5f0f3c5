from django.db import migrations

# PostgreSQL keeps the words of an entry as it searches them; a title weighs most, then the summary, then the rest.
MADE = """
ALTER TABLE content_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') ||
    setweight(to_tsvector('english', summary), 'B') ||
    setweight(to_tsvector('english', words), 'D')
) STORED
"""
INDEX = "CREATE INDEX content_searchentry_vector ON content_searchentry USING gin (vector)"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MADE)
        schema_editor.execute(INDEX)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE content_searchentry DROP COLUMN vector")


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]

from django.db import models

from people.models import Person


class Chore(models.Model):
    """Something to do by a date."""

    # Without a constraint, so that emptying the other tables between tests needs nothing of this one.
    person = models.ForeignKey(Person, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    title = models.CharField(max_length=120, default="Water the plants")
    due_date = models.DateField()
    waiting_on = models.CharField(max_length=10, default="person")
    is_done = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)

    class Meta:
        app_label = "chores"

    def __str__(self) -> str:
        return self.title

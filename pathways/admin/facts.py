"""Job roles and qualifications stand with people; what is open to whom follows from them, so a change asks too."""

from __future__ import annotations

from django.contrib import admin

from pathways.admin.changes import AsksBeforeSaving
from people import admin as people
from people.models import JobRole, Qualification

admin.site.unregister([JobRole, Qualification])


@admin.register(JobRole)
class JobRoleAdmin(AsksBeforeSaving, people.JobRoleAdmin):
    """Its stage, its dates and whether it is held on top of a job decide which steps there are."""

    has_page = False


@admin.register(Qualification)
class QualificationAdmin(AsksBeforeSaving, people.QualificationAdmin):
    """Its level decides which entry rules it meets."""

    has_page = False

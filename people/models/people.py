"""Who works here: accounts, people, teams, job roles, line management, cover and what people hold."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

from people.querysets import DatedQuerySet, PersonQuerySet, UserManager
from people.roles import SUPERUSER_TABLES, Role


class Basis(models.TextChoices):
    """How sure a fact is; only B and N are shown as policy."""

    BEXLEY = "B", "Bexley's own published statement"
    NATIONAL = "N", "National rule or programme"
    PRACTICE = "P", "Common practice elsewhere"
    UNCHECKED = "U", "General knowledge, not checked"
    ASSUMPTION = "A", "Our proposal"


class Sourced(models.Model):
    """A row that tells where its facts come from."""

    basis = models.CharField(max_length=1, choices=Basis, default=Basis.ASSUMPTION)
    source = models.CharField(max_length=500, blank=True)
    source_date = models.CharField(max_length=40, blank=True, help_text="When the source said so, for example 2019.")

    class Meta:
        abstract = True

    @property
    def needs_check(self) -> bool:
        """Shown with the mark "check with Learning and Development"."""
        return self.basis not in {Basis.BEXLEY, Basis.NATIONAL}


class Dated(models.Model):
    """A row that holds between two days, both inside; no end means open."""

    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


def _period_check(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
        name=name,
        violation_error_message="The end date must be on or after the start date.",
    )


class Directorate(Sourced):
    """Adults' Social Care, Children's Social Care, or partners."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class Team(Sourced):
    """A team; renamed or ended teams stay with their dates."""

    class Status(models.TextChoices):
        CURRENT = "current", "Current"
        OLDER = "older", "Only on an older page"
        CHECK = "check", "Name may have changed"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=160)
    directorate = models.ForeignKey(Directorate, on_delete=models.PROTECT, related_name="teams")
    purpose = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.CURRENT)
    is_health_joint = models.BooleanField("joint with health", default=False)
    is_external = models.BooleanField("external partner", default=False)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [_period_check("team_period")]

    def __str__(self) -> str:
        return self.name


class JobRole(Sourced):
    """A job role, its place on the ladder and what it asks for."""

    class Side(models.TextChoices):
        ADULTS = "adults", "Adults'"
        CHILDRENS = "childrens", "Children's"
        BOTH = "both", "Both"

    class Stage(models.TextChoices):
        BEGIN = "begin", "Begin"
        FLOURISH = "flourish", "Flourish"
        EXCEL = "excel", "Excel"

    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=Side)
    ladder_order = models.PositiveSmallIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage)
    stage_basis = models.CharField("where the stage comes from", max_length=1, choices=Basis, default=Basis.ASSUMPTION)
    named_by_bexley = models.BooleanField("named in a Bexley source", default=False)
    is_added_role = models.BooleanField("held on top of a job", default=False)
    entry_qualification = models.CharField(max_length=300, blank=True)
    registration = models.CharField(max_length=120, blank=True)
    experience = models.CharField(max_length=200, blank=True)
    pcf_level = models.CharField("PCF or other level", max_length=120, blank=True)
    gives_direct_care = models.BooleanField(default=False)
    needs_care_certificate = models.BooleanField("needs the Care Certificate", default=False)
    is_practitioner = models.BooleanField("practitioner", default=False)
    is_registered = models.BooleanField("needs registration", default=False)
    manages_people = models.BooleanField(default=False)
    flags_basis = models.CharField("where these ticks come from", max_length=1, choices=Basis, default=Basis.ASSUMPTION)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [_period_check("job_role_period")]

    def __str__(self) -> str:
        return self.title


class Person(models.Model):
    """A member of staff as HR knows them; nobody is deleted, leavers are deactivated."""

    employee_number = models.CharField(max_length=30, unique=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    email = models.EmailField(max_length=254)
    search_name = models.CharField(max_length=210, editable=False, db_index=True, default="")
    start_date = models.DateField()
    leaving_date = models.DateField(null=True, blank=True)
    fte = models.DecimalField("full-time equivalent", max_digits=3, decimal_places=2, default=1)
    deactivated_at = models.DateTimeField("account closed on", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_unique"),
            models.CheckConstraint(condition=Q(fte__gt=0, fte__lte=1), name="person_fte_range"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("people:person_detail", args=[self.pk])

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None


class User(AbstractBaseUser, PermissionsMixin):
    """An account; its person is the member of staff behind it."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user")
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may open the administration", default=False)
    is_demo = models.BooleanField("demonstration account", default=False, editable=False)
    date_joined = models.DateTimeField("account made on", auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case")]

    def __str__(self) -> str:
        return self.email

    def has_role(self, role: str) -> bool:
        """Whether a group grants this access role (people/roles.py); one query a request at most."""
        if not self.is_active:
            return False
        # The sign-in backend brings them along with the account.
        known = vars(self)
        if "role_names" not in known:
            known["role_names"] = " ".join(self.groups.values_list("name", flat=True))
        return role in known["role_names"].split()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Being a superuser opens some tables of the admin, not the rest: there the access role is asked for."""
        if not self.is_active or not self.is_superuser:
            return super().has_perm(perm, obj)
        app, _, permission = perm.partition(".")
        return f"{app}.{permission.partition('_')[2]}" in SUPERUSER_TABLES or self.has_role(Role.LD_ADMIN)

    def has_module_perms(self, app_label: str) -> bool:
        if not self.is_active or not self.is_superuser:
            return super().has_module_perms(app_label)
        return any(name.startswith(f"{app_label}.") for name in SUPERUSER_TABLES) or self.has_role(Role.LD_ADMIN)

    def get_full_name(self) -> str:
        return self.person.full_name if self.person else self.email


class Posting(Dated):
    """Which job role in which team a person holds between two days."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="postings")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="postings")
    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, related_name="postings")

    class Meta:
        constraints = [
            _period_check("posting_period"),
            models.UniqueConstraint(fields=["person"], condition=Q(end_date__isnull=True), name="one_open_posting"),
        ]
        indexes = [models.Index(fields=["team", "end_date"])]

    def __str__(self) -> str:
        return f"Post {self.pk}"


class LineManagement(Dated):
    """Who manages a person between two days."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="manager_lines")
    manager = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="report_lines")

    class Meta:
        verbose_name_plural = "line management"
        constraints = [
            _period_check("line_period"),
            models.CheckConstraint(
                condition=~Q(person=F("manager")),
                name="line_not_self",
                violation_error_message="Nobody can be their own line manager.",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(end_date__isnull=True), name="one_open_manager"),
        ]
        indexes = [models.Index(fields=["manager", "end_date"])]

    def __str__(self) -> str:
        return f"Line {self.pk}"


class Cover(Dated):
    """Who acts for a manager between two days, in their own name."""

    manager = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="covered_by_rows")
    cover = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="covering_rows")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "cover"
        constraints = [
            _period_check("cover_period"),
            models.CheckConstraint(
                condition=~Q(manager=F("cover")),
                name="cover_not_self",
                violation_error_message="Choose someone else: nobody covers for themself.",
            ),
        ]
        indexes = [models.Index(fields=["cover", "end_date"])]

    def __str__(self) -> str:
        return f"Cover {self.pk}"


class Qualification(Sourced):
    """A qualification or award that people may hold."""

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=160)
    rqf_level = models.PositiveSmallIntegerField("RQF level", null=True, blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.title


class QualificationHeld(models.Model):
    """A qualification that a person holds."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="qualifications")
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT)
    awarded_date = models.DateField(null=True, blank=True)
    expires_date = models.DateField(null=True, blank=True)
    is_verified = models.BooleanField("seen by Learning and Development", default=False)

    class Meta:
        verbose_name_plural = "qualifications held"
        constraints = [models.UniqueConstraint(fields=["person", "qualification"], name="one_row_a_qualification")]

    def __str__(self) -> str:
        return f"Qualification {self.pk}"


class RegistrationHeld(Dated):
    """A professional registration of a person, such as Social Work England."""

    class Body(models.TextChoices):
        SWE = "SWE", "Social Work England"
        HCPC = "HCPC", "Health and Care Professions Council"
        NMC = "NMC", "Nursing and Midwifery Council"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="registrations")
    body = models.CharField(max_length=8, choices=Body)
    number = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = "registrations held"
        constraints = [
            _period_check("registration_period"),
            models.UniqueConstraint(fields=["body", "number"], name="registration_number_unique"),
        ]

    def __str__(self) -> str:
        return f"Registration {self.pk}"

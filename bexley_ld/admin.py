"""The admin's own door, and admin pages that reach across apps; Django looks for them here."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html

from bexley_ld import admin_index
from bexley_ld.staff_admin import ImportRunAdmin

__all__ = ["ImportRunAdmin"]


def _password_change(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The portal's own page: Django's asks the old password as often as one likes."""
    return redirect("account_change_password")


def _yes_or_no(value: bool | None) -> str:
    """Django's icon says "True", "False" or "None" to a screen reader."""
    name, words = {True: ("yes", "Yes"), False: ("no", "No")}.get(value, ("unknown", "Not known"))
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), words)


admin_list._boolean_icon = _yes_or_no
# One way in for everyone: the admin's own login page would know nothing of limiter and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _password_change  # type: ignore[method-assign]
admin.site.index = admin_index.index  # type: ignore[method-assign]
admin.site.get_app_list = admin_index.get_app_list  # type: ignore[method-assign]
# A second factor's secret is nobody's to read, addresses come from HR, and groups are granted by two admins.
for model in (Authenticator, EmailAddress, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = "Bexley Learning and Development administration"
admin.site.index_title = "What would you like to look after?"
admin.site.enable_nav_sidebar = False  # the tables need the width

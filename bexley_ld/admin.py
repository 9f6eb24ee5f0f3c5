"""The admin's own door, and admin pages that reach across apps; Django looks for them here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from bexley_ld.staff_admin import ImportRunAdmin

__all__ = ["ImportRunAdmin"]

# One way in for everyone: the admin's own login page would know nothing of limiter and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Bexley Learning and Development administration"
admin.site.index_title = "What would you like to look after?"
admin.site.enable_nav_sidebar = False  # the tables need the width

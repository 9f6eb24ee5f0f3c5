"""The name of the administration; what is registered there stands in each app's `admin`."""

from django.contrib import admin

admin.site.site_header = "Bexley Learning and Development administration"
admin.site.site_title = "Bexley Learning and Development administration"
admin.site.index_title = "What would you like to look after?"
admin.site.enable_nav_sidebar = False

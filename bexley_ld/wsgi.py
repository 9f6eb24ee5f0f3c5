import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bexley_ld.settings")

application = get_wsgi_application()
# What has been loaded by now stays for the life of the process: the collector need not look at it on every page.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)

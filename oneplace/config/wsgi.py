"""The WSGI application: Django's pages."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplace.config.settings")
application = get_wsgi_application()

"""The one ASGI application: a thin dispatcher before Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saudagar.site.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()

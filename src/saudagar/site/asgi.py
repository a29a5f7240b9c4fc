"""The one ASGI application: a thin dispatcher before Django."""

import os
import signal

from saudagar.foundation.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saudagar.site.settings")

if os.environ.get("SAUDAGAR_SUPERVISED"):
    # Granian's workers outlive a killed Granian otherwise, and keep its port.
    end_with_parent(signal.SIGKILL)

from django.core.asgi import get_asgi_application

application = get_asgi_application()

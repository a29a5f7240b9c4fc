"""What Granian serves: `granian --interface rsgi saudagar.site.rsgi:application`."""

from saudagar.site import asgi  # isort: skip (sets Django up, which what follows needs)
from saudagar.site.serving import Application

application = Application(asgi.application, asgi.door.answered, proxies=asgi.gate.proxies)

from django.urls import re_path

from . import pages

app_name = "media"
urlpatterns = [
    re_path(
        r"^media/pictures/(?P<first>[0-9a-f]{2})/(?P<second>[0-9a-f]{2})/(?P<digest>[0-9a-f]{64})-(?P<width>\d{2,4})\.webp$",
        lambda request, first, second, digest, width: pages.picture(request, first, second, digest, int(width)),
        name="picture",
    ),
]

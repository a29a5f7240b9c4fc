from django.urls import path

from saudagar.look import pages

app_name = "look"
urlpatterns = [
    path("language/", pages.language, name="language"),
    path("look/", pages.gallery, name="gallery"),
    path("look/desk/", pages.desk_example, name="desk"),
]

"""What views behind a sign-in receive."""

from django.http import HttpRequest

from saudagar.people.models import User


class SignedIn(HttpRequest):
    """A request of a person who has signed in: what a view behind `@login_required` is given."""

    user: User

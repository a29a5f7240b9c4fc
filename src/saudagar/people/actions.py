"""Making and changing accounts."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from saudagar.people import queries
from saudagar.people.models import User
from saudagar.people.rules import Contact


@transaction.atomic
def enter(contact: Contact, *, language: str) -> User:
    """The account of a phone number or an e-mail address; made when there is none yet.

    Signing in and signing up are one door: whoever proves to hold the address gets in, and nobody learns whether there was
    an account before. Until proven, a new account has no password and opens for nobody.
    """
    user = queries.by_contact(contact)
    if user is not None:
        return user
    try:
        with transaction.atomic():
            return add(User(language=language), phone=contact.phone, email=contact.email)
    except IntegrityError:  # somebody pressed twice: the other one was faster
        found = queries.by_contact(contact)
        if found is None:
            raise
        return found


def prove_phone(user: User, e164: str, *, at: datetime) -> None:
    """The code sent to this number came back."""
    user.set_phone(e164, verified_at=at)
    user.save(update_fields=["phone_sealed", "phone_index", "phone_verified_at"])


def rename(user_id: UUID, *, name: str, language: str) -> None:
    User.objects.filter(pk=user_id).update(name=name.strip(), language=language)


def forget_unproven(*, before: datetime) -> int:
    """Deletes accounts nobody ever signed in to: numbers typed wrong, or by somebody else. Not those the operator made."""
    stale = User.objects.filter(last_login__isnull=True, phone_verified_at__isnull=True, joined_at__lt=before)
    stale = stale.filter(is_officer=False, is_operator=False)
    count = 0
    for user in stale.exclude(emailaddress__verified=True)[:1000]:
        user.delete()
        count += 1
    return count


@transaction.atomic
def prepare(
    *,
    name: str,
    phone: str = "",
    email: str = "",
    password: str | None = None,
    language: str = "id",
    at: datetime,
    officer: bool = False,
    operator: bool = False,
) -> User:
    """An account made by the house itself, its addresses taken as proven: demo people, officers named by the operator. Safe to repeat."""
    user = (
        (queries.by_contact(Contact(phone=phone)) if phone else None)
        or (queries.by_contact(Contact(email=email)) if email else None)
        or User()
    )
    user.name, user.language, user.email = name, language, email or None
    user.is_officer, user.is_operator = officer, operator
    user.is_staff = user.is_superuser = operator
    if phone:
        user.set_phone(phone, verified_at=at)
    # A new password, even the same one, would sign the person out everywhere.
    if not user.password or (password and not user.check_password(password)):
        user.set_password(password)
    user.save()
    if email:
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"primary": True, "verified": True})
    return user


@transaction.atomic
def add(user: User, *, phone: str = "", email: str = "") -> User:
    """Stores a new account without a password. Its addresses are proven when a code sent there comes back."""
    user.email = email or None
    if phone:
        user.set_phone(phone, verified_at=None)
    user.set_unusable_password()
    user.save()
    if email:
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    return user

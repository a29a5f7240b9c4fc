"""Who a person is to others."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress

from saudagar.people.models import User
from saudagar.people.rules import Contact


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as far as telling them something goes."""

    user_id: UUID
    language: str
    contact: Contact | None  # the one way to reach them: the phone in the hand before the inbox


def reader(user_id: UUID) -> Reader | None:
    """How to reach somebody; None when there is no such person or the account is closed."""
    return readers([user_id]).get(user_id)


def readers(user_ids: Iterable[UUID]) -> dict[UUID, Reader]:
    """How to reach several, those that can be found. Two statements at most."""
    users = User.objects.filter(pk__in=set(user_ids), is_active=True)
    by_page = [user for user in users if user.email and not user.phone_verified_at]
    rows = EmailAddress.objects.filter(user__in=by_page, verified=True).values_list("user_id", "email") if by_page else ()
    proven = {(user_id, email) for user_id, email in rows}
    found = {}
    for user in users:
        contact = Contact(phone=user.phone) if user.phone_verified_at else None
        if contact is None and user.email and (user.pk, user.email) in proven:
            contact = Contact(email=user.email)
        found[user.pk] = Reader(user.pk, user.language, contact)
    return found


def by_contact(contact: Contact) -> User | None:
    """The account that goes with a phone number or an e-mail address."""
    if contact.phone:
        return User.objects.by_phone(contact.phone)
    return User.objects.filter(email=contact.email).first()


def contacts(user: User) -> list[Contact]:
    """The addresses this person has proven to be theirs."""
    proven = [Contact(phone=user.phone)] if user.phone_verified_at else []
    if user.email and EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        proven.append(Contact(email=user.email))
    return proven


def names(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """How people are called on screens; somebody without a name by their masked address."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(user_ids))}

"""Telling people things: on the page, by SMS, by e-mail."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from procrastinate.contrib.django import app as queue

from saudagar.foundation.clock import now
from saudagar.foundation.sealing import seal, unseal
from saudagar.messages import gateways, wording
from saudagar.messages.models import Letter, Notice
from saudagar.messages.rules import Text
from saudagar.people import queries as people
from saudagar.people.rules import Contact

PURPOSE = "letter"
MOST_TRIES = 6
KEEP = timedelta(days=7)  # then address and words are erased; that something was sent stays


@dataclass(frozen=True, slots=True)
class Note:
    """Something one person is told.

    kind       name of the template `notices/<kind>.txt` in the room that tells: "registry.verified". First line: title
    facts      what the template needs; plain JSON, as little personal data as it can do with
    link       path on this site where it can be acted on
    by_letter  also by SMS, or by e-mail where no phone is known
    """

    user_id: UUID
    kind: str
    facts: dict[str, Any]
    at: datetime
    business_id: UUID | None = None
    link: str = ""
    by_letter: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to a phone or an e-mail address."""

    to: Contact
    kind: str
    facts: dict[str, Any]
    language: str
    at: datetime
    user_id: UUID | None = None
    link: str = ""
    useful_for: timedelta | None = None


def notify(user_id: UUID, kind: str, facts: dict[str, Any] | None = None, *, at: datetime, **options: Any) -> None:
    """Tells one person something, in the caller's transaction. Options as in `Note`."""
    notify_many([Note(user_id, kind, facts or {}, at, **options)])


def notify_all(user_ids: Iterable[UUID], kind: str, facts: dict[str, Any] | None = None, *, at: datetime, **options: Any) -> None:
    """The same to several people, each in their own language."""
    notify_many([Note(user_id, kind, facts or {}, at, **options) for user_id in user_ids])


@transaction.atomic
def notify_many(notes: Sequence[Note]) -> None:
    """Tells people things, in the caller's transaction. As many statements for a thousand as for one."""
    Notice.objects.bulk_create(
        Notice(user_id=one.user_id, kind=one.kind, facts=one.facts, told_at=one.at, business_id=one.business_id, link=one.link)
        for one in notes
    )
    by_letter = [one for one in notes if one.by_letter]
    readers = people.readers(one.user_id for one in by_letter) if by_letter else {}
    write_many(
        [
            Draft(reader.contact, one.kind, one.facts, reader.language, one.at, one.user_id, one.link)
            for one in by_letter
            if (reader := readers.get(one.user_id)) and reader.contact
        ]
    )


def write(to: Contact, kind: str, facts: dict[str, Any] | None = None, *, language: str, at: datetime, **options: Any) -> UUID:
    """Writes a text to a phone or an e-mail address; a job takes it to the gateway once the transaction is through."""
    return write_many([Draft(to, kind, facts or {}, language, at, **options)])[0]


@transaction.atomic
def write_many(drafts: Sequence[Draft]) -> list[UUID]:
    """The same for many texts. Returns the letters."""
    letters = Letter.objects.bulk_create(_letter(draft) for draft in drafts)
    if letters:
        jobs: list[dict[str, Any]] = [{"letter_id": str(letter.id)} for letter in letters]
        # By name: jobs call actions, not the other way round.
        queue.configure_task("messages.send_letter", queue="letters").batch_defer(*jobs)
    return [letter.id for letter in letters]


def _letter(draft: Draft) -> Letter:
    link = settings.BASE_URL + draft.link if draft.link else ""
    title, body = wording.words(draft.kind, {**draft.facts, "link": link}, draft.language)
    text = Text(to=draft.to.phone or draft.to.email, title=title, body=body)
    return Letter(
        user_id=draft.user_id,
        channel=Letter.Channel.SMS if draft.to.phone else Letter.Channel.EMAIL,
        kind=draft.kind,
        to_masked=draft.to.masked,
        sealed=seal(json.dumps(asdict(text)), PURPOSE),
        written_at=draft.at,
        useful_until=draft.at + draft.useful_for if draft.useful_for else None,
    )


def send(letter_id: UUID, *, at: datetime) -> bool:
    """Hands one letter to its gateway. False: to be tried again. A gateway's failure is kept on the letter, not raised.

    Between the gateway's yes and our commit a process may die; the letter then goes out twice, under the same reference.
    """
    with transaction.atomic():
        letter = Letter.objects.select_for_update(skip_locked=True).filter(id=letter_id, state=Letter.State.WAITING).first()
        if letter is None or letter.sealed is None:
            return True
        if letter.useful_until and at > letter.useful_until:
            letter.state, letter.failure = Letter.State.FAILED, "too late to be useful"
            letter.save()
            return True
        text = Text(**json.loads(unseal(letter.sealed, PURPOSE)))
        try:
            if letter.channel == Letter.Channel.SMS:
                gateways.sms().send(text.to, text.sms, str(letter.id))
            else:
                send_mail(text.title, text.body, None, [text.to])
        except Exception as failure:  # any gateway may fail in any way; the letter stays and is tried again
            letter.tries += 1
            # Mail servers like to repeat whom they did not find.
            letter.failure = f"{type(failure).__name__}: {failure}".replace(text.to, letter.to_masked)[:200]
            if letter.tries >= MOST_TRIES:
                letter.state = Letter.State.FAILED
            letter.save()
            return letter.state == Letter.State.FAILED
        letter.state, letter.sent_at, letter.tries, letter.failure = Letter.State.SENT, at, letter.tries + 1, ""
        letter.save()
        return True


def mark_read(user_id: UUID, *, at: datetime | None = None, notice_id: UUID | None = None) -> int:
    """One notice, or all of them, has been seen. Returns how many were new."""
    unread = Notice.objects.filter(user_id=user_id, read_at__isnull=True)
    if notice_id:
        unread = unread.filter(id=notice_id)
    return unread.update(read_at=at or now())


def erase_old_letters(*, at: datetime) -> int:
    """Takes address and words out of letters that are done, some days later."""
    return Letter.objects.filter(written_at__lt=at - KEEP, sealed__isnull=False).update(sealed=None)

"""Telling people things: on the page, by SMS, by e-mail."""

import json
from collections.abc import Iterable
from dataclasses import asdict
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


@transaction.atomic
def notify(
    user_id: UUID,
    kind: str,
    facts: dict[str, Any] | None = None,
    *,
    at: datetime,
    business_id: UUID | None = None,
    link: str = "",
    by_letter: bool = False,
) -> None:
    """Tells one person something, in the caller's transaction.

    kind       name of the template `notices/<kind>.txt` in the room that tells: "registry.verified". First line: title
    facts      what the template needs; plain JSON, as little personal data as it can do with
    link       path on this site where it can be acted on
    by_letter  also by SMS, or by e-mail where no phone is known
    """
    Notice.objects.create(user_id=user_id, kind=kind, facts=facts or {}, told_at=at, business_id=business_id, link=link)
    reader = people.reader(user_id) if by_letter else None
    if reader and reader.contact:
        write(reader.contact, kind, facts, language=reader.language, at=at, user_id=user_id, link=link)


def notify_all(user_ids: Iterable[UUID], kind: str, facts: dict[str, Any] | None = None, **options: Any) -> None:
    """The same to several people, each in their own language."""
    for user_id in user_ids:
        notify(user_id, kind, facts, **options)


@transaction.atomic
def write(
    to: Contact,
    kind: str,
    facts: dict[str, Any] | None = None,
    *,
    language: str,
    at: datetime,
    user_id: UUID | None = None,
    link: str = "",
    useful_for: timedelta | None = None,
) -> UUID:
    """Writes a text to a phone or an e-mail address; a job takes it to the gateway once the transaction is through."""
    title, body = wording.words(kind, {**(facts or {}), "link": settings.BASE_URL + link if link else ""}, language)
    text = Text(to=to.phone or to.email, title=title, body=body)
    letter = Letter.objects.create(
        user_id=user_id,
        channel=Letter.Channel.SMS if to.phone else Letter.Channel.EMAIL,
        kind=kind,
        to_masked=to.masked,
        sealed=seal(json.dumps(asdict(text)), PURPOSE),
        written_at=at,
        useful_until=at + useful_for if useful_for else None,
    )
    # By name: jobs call actions, not the other way round.
    queue.configure_task("messages.send_letter", queue="letters").defer(letter_id=str(letter.id))
    return letter.id


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

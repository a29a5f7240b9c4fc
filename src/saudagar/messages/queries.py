"""What somebody was told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saudagar.messages import wording
from saudagar.messages.models import Notice

PAGE = 30


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: UUID
    title: str
    body: str
    link: str
    told_at: datetime
    is_new: bool


def unread(user_id: UUID) -> int:
    """How many notices one person has not seen yet; counts to 100."""
    return Notice.objects.filter(user_id=user_id, read_at__isnull=True).order_by()[:100].count()


def notices(user_id: UUID, language: str, *, page: int = 1) -> tuple[list[NoticeRow], bool]:
    """A page of one person's notices in a language, newest first, and whether there are more."""
    start = (max(page, 1) - 1) * PAGE
    found = list(Notice.objects.filter(user_id=user_id)[start : start + PAGE + 1])
    rows = []
    for notice in found[:PAGE]:
        title, body = wording.words(notice.kind, notice.facts, language)
        rows.append(NoticeRow(notice.id, title, body, notice.link, notice.told_at, notice.read_at is None))
    return rows, len(found) > PAGE


def notice_link(user_id: UUID, notice_id: UUID) -> str | None:
    """Where a notice of this person leads; None: it is not theirs."""
    return Notice.objects.filter(user_id=user_id, id=notice_id).values_list("link", flat=True).first()

"""Letters on their way."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.messages import actions


class NotSent(Exception):
    """The gateway did not take the letter; it is tried again."""


@app.task(
    name="messages.send_letter",
    queue="letters",
    retry=RetryStrategy(max_attempts=actions.MOST_TRIES, exponential_wait=3, retry_exceptions=[NotSent]),
)
def send_letter(letter_id: str) -> None:
    """Safe to run twice: a letter that is gone does not go again."""
    if not actions.send(UUID(letter_id), at=now()):
        raise NotSent(letter_id)


@app.periodic(cron="20 3 * * *")
@app.task(name="messages.erase_old_letters", queue="letters")
def erase_old_letters(timestamp: int) -> None:
    actions.erase_old_letters(at=now())

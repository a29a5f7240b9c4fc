"""Which way a person is reached, and what a text may look like. Pure."""

from dataclasses import dataclass

SMS_LENGTH = 459  # three parts of a concatenated message


@dataclass(frozen=True, slots=True)
class Text:
    """Words ready to go out. An SMS is title and body in one breath."""

    to: str  # phone in E.164, or e-mail address
    title: str
    body: str

    @property
    def sms(self) -> str:
        text = " ".join(part for part in (self.title, " ".join(self.body.split())) if part)
        return text if len(text) <= SMS_LENGTH else text[: SMS_LENGTH - 1] + "…"


def split(rendered: str) -> tuple[str, str]:
    """A template's first line is the title, the rest the body.

    >>> split("Verified\\n\\nKopi Gayo may sell now.\\n")
    ('Verified', 'Kopi Gayo may sell now.')
    """
    title, _, body = rendered.strip().partition("\n")
    return title.strip(), body.strip()

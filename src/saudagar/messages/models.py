"""What people are told: notices on the page, and letters that go out by SMS or e-mail."""

from django.db import models

from saudagar.foundation.ids import new_id


class Notice(models.Model):
    """Something one person should know. The words are made when it is read, in the reader's language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()  # people.User
    business_id = models.UUIDField(null=True)  # the business it concerns, for people who act for several
    kind = models.CharField(max_length=60)  # template notices/<kind>.txt: "registry.verified"
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)  # path on this site
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "-id"]
        indexes = [
            models.Index(fields=["user_id", "-told_at"], name="notice_of_person"),
            models.Index(fields=["user_id"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.told_at:%Y-%m-%d}"


class Letter(models.Model):
    """One text on its way out by SMS or e-mail. Address and words are sealed, and erased some days after sending."""

    class Channel(models.TextChoices):
        SMS = "sms"
        EMAIL = "email"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"  # given up

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField(null=True)  # null: an address without an account, such as an invitation
    channel = models.CharField(max_length=8, choices=Channel)
    kind = models.CharField(max_length=60)
    to_masked = models.CharField(max_length=80)
    sealed = models.BinaryField(null=True)  # rules.Text as JSON; null once erased
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()
    useful_until = models.DateTimeField(null=True)  # a sign-in code is worth nothing afterwards
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["written_at"], name="letter_unerased", condition=models.Q(sealed__isnull=False))]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} → {self.to_masked}"

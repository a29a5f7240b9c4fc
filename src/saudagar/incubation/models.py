"""Proposals of rules, their replays, who abroad was asked, what was said and signed, and what was measured."""

from django.db import models

from saudagar.foundation.ids import new_id
from saudagar.rulebook.models import Pilot, Release


class Proposal(models.Model):
    """Other rules than those in force: some files of a release, changed. Draft, shadow or pilot; then scheduled and law, or closed."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SHADOW = "shadow"  # computed beside the law, not charged
        PILOT = "pilot"  # law for a cohort
        SCHEDULED = "scheduled"  # becomes law on a day
        LAW = "law"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=160)
    why = models.TextField(max_length=4000)
    authority = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    base = models.ForeignKey(Release, models.PROTECT, related_name="+")
    texts = models.JSONField(default=dict)  # the files that differ from the base: name → text
    texts_sha256 = models.CharField(max_length=64)  # of the whole proposed rulebook
    version = models.CharField(max_length=24)  # that the proposed rulebook has as a release
    edits = models.JSONField(default=list)  # how it came to be: rules.editing, in order
    elasticities = models.JSONField(default=dict)  # HS chapter → elasticity; "" = all others
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, related_name="+")
    effect = models.JSONField(null=True)  # of the pilot, as last measured
    effect_at = models.DateTimeField(null=True)
    shadow_from = models.DateTimeField(null=True)
    shadow_until = models.DateTimeField(null=True)  # placed orders are computed up to here
    law_on = models.DateField(null=True)
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="+")  # that it is law as, or becomes; its rules have days
    opened_by = models.UUIDField()  # people.User
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return self.title


class Replay(models.Model):
    """The last orders under the law and under a proposal. The result stays with the texts it was made from."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="replays")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    base_version = models.CharField(max_length=24)
    texts_sha256 = models.CharField(max_length=64)
    asked_orders = models.PositiveIntegerField()
    elasticities = models.JSONField(default=dict)
    progress = models.PositiveIntegerField(default=0)  # orders done
    expected = models.PositiveIntegerField(default=0)  # orders there are
    result = models.JSONField(null=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]


class Counterpart(models.Model):
    """An authority that was asked to read one proposal. The link is its key; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="counterparts")
    authority = models.CharField(max_length=160)
    country = models.CharField(max_length=2)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.UUIDField()
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    is_revoked = models.BooleanField(default=False)

    class Meta:
        ordering = ["invited_at"]


class Comment(models.Model):
    """By a counterpart, or by an officer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="comments")
    counterpart = models.ForeignKey(Counterpart, models.PROTECT, null=True)
    user_id = models.UUIDField(null=True)
    author = models.CharField(max_length=160)
    text = models.TextField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]


class Signature(models.Model):
    """Of a counterpart, under these texts and this result. It holds while the proposal has these texts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="signatures")
    counterpart = models.ForeignKey(Counterpart, models.PROTECT)
    name = models.CharField(max_length=120)
    office = models.CharField(max_length=120)
    texts_sha256 = models.CharField(max_length=64)
    result_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("counterpart", "texts_sha256", "result_sha256", name="signed_once")]


class ShadowDay(models.Model):
    """One day of orders to a country, under the law and under a proposal that is not charged. Amounts in minor units of the currency."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="shadow_days")
    day = models.DateField()
    destination = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    orders = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)  # by the proposal only
    landed_old = models.BigIntegerField(default=0)
    landed_new = models.BigIntegerField(default=0)
    levies_old = models.BigIntegerField(default=0)
    levies_new = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("proposal", "day", "destination", "currency", name="shadow_day_once")]
        ordering = ["-day", "destination"]

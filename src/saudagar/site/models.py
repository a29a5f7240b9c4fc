"""What the platform remembers of itself: rehearsals that officers asked for."""

from django.db import models

from saudagar.foundation.ids import new_id


class Rehearsal(models.Model):
    """One small rehearsal, asked for by an officer and played by the worker on a copy of the data."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        PASSED = "passed"
        FAILED = "failed"  # a check found something wrong
        BROKEN = "broken"  # it was not played to its end

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    is_open = models.BooleanField(default=True)  # waiting or running: only one is, for it takes a part of the machine
    orders = models.PositiveIntegerField()
    kill = models.BooleanField(default=False)
    campaign = models.CharField(max_length=40, blank=True)  # code; "": the next one with products in it, or one made for the play
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when it last gave a sign
    ended_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)  # rehearsal.play.Progress
    certificate = models.JSONField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["is_open"], condition=models.Q(is_open=True), name="rehearsal_one_at_a_time")]
        indexes = [models.Index("asked_at", name="rehearsal_newest")]
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.orders} {self.state}"

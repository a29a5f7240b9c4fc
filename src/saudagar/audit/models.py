"""Who did what, when. Rows are only ever added: the database refuses to change or delete them."""

from django.db import models

from saudagar.foundation.ids import new_id


class Entry(models.Model):
    """One thing somebody did that matters. Facts hold no personal data: ids, codes, masked values."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)  # "registry.business_verified": room, what happened
    by = models.UUIDField(null=True)  # people.User; null: the platform itself
    business_id = models.UUIDField(null=True)  # whose thing it was done to; null: nobody's
    subject = models.CharField(max_length=60, blank=True)  # handle or id of the thing
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["-at"], name="audit_at"),
            models.Index(fields=["business_id", "-at"], name="audit_of_business", condition=models.Q(business_id__isnull=False)),
            models.Index(fields=["by", "-at"], name="audit_by_person", condition=models.Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"

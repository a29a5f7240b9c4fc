"""Who signs in."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from saudagar.foundation.ids import new_id
from saudagar.foundation.sealing import blind_index, seal, unseal
from saudagar.people import rules

PHONE = "phone"  # purpose of the seal, kind of the blind index


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=rules.email(email) if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_operator=True, **fields)

    def by_phone(self, e164: str) -> "User | None":
        return self.filter(phone_index=blind_index(PHONE, e164)).first()


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Sellers are users with a membership of a business; buyers need no account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(unique=True, null=True, blank=True)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_index = models.BinaryField(max_length=16, null=True, unique=True, editable=False)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=7, default="id")
    is_officer = models.BooleanField(default=False)  # ministry, province or cooperative: verifies, curates
    is_operator = models.BooleanField(default=False)  # runs the server: reads the ledger proof
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email_masked or self.phone_masked or str(self.id)

    @property
    def phone(self) -> str:
        """E.164, or empty. Opened from the seal each time: ask once, keep it nowhere."""
        return unseal(self.phone_sealed, PHONE) if self.phone_sealed else ""

    def set_phone(self, e164: str, *, verified_at: datetime | None) -> None:
        """Takes over a number; the caller saves."""
        self.phone_sealed = seal(e164, PHONE) if e164 else None
        self.phone_index = blind_index(PHONE, e164) if e164 else None
        self.phone_verified_at = verified_at

    @property
    def phone_masked(self) -> str:
        return rules.phone_masked(self.phone) if self.phone_sealed else ""

    @property
    def email_masked(self) -> str:
        return rules.email_masked(self.email) if self.email else ""

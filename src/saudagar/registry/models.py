"""Businesses, who acts for them, where they are, and what identifies them."""

from django.db import models

from saudagar.foundation.clock import now
from saudagar.foundation.ids import new_business_id
from saudagar.foundation.keys import SellerModel
from saudagar.foundation.models import Area


class Business(models.Model):
    """A small business (UMKM). On a cluster this table is distributed by its id, every seller table by business_id."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        VERIFIED = "verified"
        REFUSED = "refused"
        SUSPENDED = "suspended"

    class LegalForm(models.TextChoices):
        PERSON = "person"
        PT_PERSON = "pt_person"  # perseroan perorangan
        CV = "cv"
        PT = "pt"
        COOPERATIVE = "cooperative"
        VILLAGE = "village"  # BUM Desa
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_business_id, editable=False)
    name = models.CharField(max_length=120)
    legal_form = models.CharField(max_length=20, choices=LegalForm, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    state_reason = models.CharField(max_length=500, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)  # regency or city of the seat
    about = models.JSONField(default=dict, blank=True)  # language -> text
    emblem = models.CharField(max_length=64, blank=True)  # digest of a picture in media
    is_vat_registered = models.BooleanField(default=False)  # PKP: charges PPN
    phone_sealed = models.BinaryField(null=True, editable=False)
    created_at = models.DateTimeField(default=now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "businesses"
        indexes = [models.Index(fields=["submitted_at"], name="business_to_verify", condition=models.Q(state="submitted"))]

    def __str__(self) -> str:
        return self.name


class Membership(SellerModel):
    """A person acts for a business."""

    class Role(models.TextChoices):
        OWNER = "owner"
        STAFF = "staff"

    user_id = models.UUIDField(db_index=True)  # people.User; no foreign key: users are not kept with sellers
    role = models.CharField(max_length=8, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "user_id", name="member_once")]


class Invitation(SellerModel):
    """Somebody is asked to act for a business. Who proves to hold the address may accept."""

    contact_sealed = models.BinaryField()
    contact_index = models.BinaryField(max_length=16, db_index=True)
    contact_masked = models.CharField(max_length=80)
    role = models.CharField(max_length=8, choices=Membership.Role, default=Membership.Role.STAFF)
    invited_by = models.UUIDField()  # people.User
    invited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "contact_index", name="invited_once")]


class Outlet(SellerModel):
    """A place where goods are sold or kept: warung, stall, workshop, warehouse; also a bonded warehouse abroad."""

    class OutletKind(models.TextChoices):
        WARUNG = "warung"
        STALL = "stall"
        WORKSHOP = "workshop"
        WAREHOUSE = "warehouse"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=OutletKind)
    country = models.CharField(max_length=2, default="ID")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    is_dispatch = models.BooleanField(default=True)  # parcels leave from here


class Plant(SellerModel):
    """Where goods are made, grown or packed, of the business or of a maker it buys from. Trade law registers plants, not businesses.

    Never deleted: papers and products name it. One that is closed makes nothing, and its papers count for nothing.
    """

    class PlantKind(models.TextChoices):
        FACTORY = "factory"
        KITCHEN = "kitchen"  # food made at home or in a small kitchen
        WORKSHOP = "workshop"
        PACKHOUSE = "packhouse"
        ORCHARD = "orchard"  # also garden, farm, pond
        SWIFTLET_HOUSE = "swiftlet_house"
        COLD_STORE = "cold_store"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=PlantKind)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    maker = models.CharField(max_length=120, blank=True)  # whose it is; "" the business's own
    is_active = models.BooleanField(default=True)
    is_fixed = models.BooleanField(default=False)  # an officer accepted a paper of it: what the paper speaks of stays as it is

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "name", name="plant_name_once")]


class Identity(SellerModel):
    """What the state knows a business by: NIB, NIK or NPWP. Encrypted; screens show the last four characters."""

    kind = models.CharField(max_length=8)
    sealed = models.BinaryField()
    last_characters = models.CharField(max_length=4)

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "kind", name="identity_kind_once")]


class IdentityClaim(models.Model):
    """Which business claims an identity, by keyed blind index: unique across all sellers, so it stands outside their tables."""

    blind_index = models.BinaryField(max_length=16, primary_key=True)
    kind = models.CharField(max_length=8)
    business_id = models.UUIDField(db_index=True)
    claimed_at = models.DateTimeField(auto_now_add=True)

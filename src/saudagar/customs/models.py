"""Numbers of the platform; what papers ask of a product beyond the catalogue; consignments of several parcels."""

from django.db import models

from saudagar.catalogue.models import Product
from saudagar.foundation.ids import new_id
from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.orders.models import Order


class PlatformNumber(models.Model):
    """What an authority knows the platform by: its IOSS number, its PPMSE id. Printed where a scheme collects under it."""

    registration = models.CharField(max_length=40, unique=True)  # as the rulebook names it: "eu:ioss"
    label = models.CharField(max_length=20)  # as it stands on papers: "IOSS"
    number = models.CharField(max_length=40)
    source = models.CharField(max_length=200)  # the letter that gave it


class PaperDetails(SellerModel):
    """What papers ask of a product beyond the catalogue: why it is of its origin, and what a Chinese food label says."""

    class Criterion(models.TextChoices):
        WHOLLY_OBTAINED = "WO"
        PRODUCED_ENTIRELY = "PE"
        CHANGE_OF_HEADING = "CTH"
        CHANGE_OF_SUBHEADING = "CTSH"
        VALUE_CONTENT = "RVC"
        PRODUCT_RULE = "PSR"

    product = SellerKey(Product, models.CASCADE, related_name="paper_details")
    criterion = models.CharField(max_length=4, choices=Criterion, blank=True)
    regional_value = models.PositiveSmallIntegerField(default=0)  # per cent, with RVC
    ingredients_zh = models.TextField(max_length=1000, blank=True)
    storage_zh = models.CharField(max_length=200, blank=True)
    shelf_life_days = models.PositiveIntegerField(default=0)
    importer_name = models.CharField(max_length=120, blank=True)  # importer or agent in China
    importer_address = models.CharField(max_length=200, blank=True)
    importer_phone = models.CharField(max_length=30, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "product", name="paper_details_once"),
            models.CheckConstraint(condition=models.Q(regional_value__lte=100), name="paper_details_per_cent"),
        ]


class OrderProof(SellerModel):
    """A certificate of origin that was issued for the parcel of one order, which was priced with it."""

    order = SellerKey(Order, related_name="origin_proofs")
    kind = models.CharField(max_length=30)  # paper of the rulebook: form_e
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "order", "kind", name="order_proof_once"),
            # A certificate is for one consignment. A registered exporter's number stands on each of its statements.
            models.UniqueConstraint("business_id", "kind", "number", name="order_proof_of_one", condition=~models.Q(kind="rex_statement")),
        ]


class Consignment(models.Model):
    """Parcels of several orders that travel as one: to a bonded warehouse, to a consolidator, to one consignee.

    An officer collects orders of any sellers (owner_id null), a seller only its own. No seller's row: it names sellers through its items.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"  # its papers are what they were

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField(null=True)  # registry.Business that collects its own orders; null: officers collect
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2)  # of destination; its orders go there
    exporter_name = models.CharField(max_length=120, blank=True)  # of the aggregator; a seller's own is its business
    exporter_address = models.CharField(max_length=250, blank=True)
    exporter_number = models.CharField(max_length=40, blank=True)  # NPWP
    consignee_name = models.CharField(max_length=120)
    consignee_address = models.CharField(max_length=250)
    consignee_phone = models.CharField(max_length=30, blank=True)
    terms = models.CharField(max_length=3, default="FCA")  # Incoterms 2020
    transport = models.CharField(max_length=120, blank=True)  # vessel or flight, bill number
    loading = models.CharField(max_length=80, blank=True)  # port or airport
    discharge = models.CharField(max_length=80, blank=True)
    departs_on = models.DateField(null=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    facts = models.JSONField(null=True)  # what its papers said when it was closed

    class Meta:
        indexes = [models.Index("owner_id", "id", name="consignment_of_owner")]


class ConsignmentItem(SellerModel):
    """One order's parcel in a consignment."""

    consignment_id = models.UUIDField(db_index=True)  # Consignment: no foreign key, for that is no seller's row
    order = SellerKey(Order, related_name="consignment_items")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "order", name="consigned_once")]


class ConsignmentProof(SellerModel):
    """A certificate of origin that was issued to one exporter for its goods in a consignment."""

    consignment_id = models.UUIDField(db_index=True)  # Consignment
    kind = models.CharField(max_length=30)  # paper of the rulebook: form_e
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "consignment_id", "kind", name="consignment_proof_once"),
            # A certificate is for one consignment.
            models.UniqueConstraint("business_id", "kind", "number", name="consignment_proof_of_one"),
        ]

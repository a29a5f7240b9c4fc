"""What shipping tells. That a parcel was picked up or delivered is told by its order.

shipping.booked     {"order", "parcel", "waybill"}
shipping.trouble    {"order", "parcel", "state": "held"|"returning"|"returned"|"lost"|"refused"}
"""

from datetime import datetime

from saudagar.foundation.outbox import tell
from saudagar.shipping.models import Parcel


def booked(parcel: Parcel, *, at: datetime) -> None:
    """The parcel has a waybill."""
    tell(parcel.business_id, "shipping.booked", {**_which(parcel), "waybill": parcel.waybill}, at=at)


def trouble(parcel: Parcel, *, at: datetime) -> None:
    """Something went wrong on the way: seller and buyer should know."""
    tell(parcel.business_id, "shipping.trouble", {**_which(parcel), "state": parcel.state}, at=at)


def _which(parcel: Parcel) -> dict[str, str]:
    return {"order": str(parcel.order_id), "parcel": str(parcel.id)}

"""What it costs to send a parcel, how it travels, and what its label says. Pure.

The quote asks `options(card_on(day), …)`; `rates` says how.
"""

from saudagar.shipping.rules.dangerous import Hazard, Said, hazard_of
from saudagar.shipping.rules.rates import (
    Box,
    Card,
    NoLane,
    Option,
    Piece,
    Service,
    ShippingNotOffered,
    boxed,
    card_on,
    chosen,
    options,
    service_of,
)

__all__ = [
    "Box",
    "Card",
    "Hazard",
    "NoLane",
    "Option",
    "Piece",
    "Said",
    "Service",
    "ShippingNotOffered",
    "boxed",
    "card_on",
    "chosen",
    "hazard_of",
    "options",
    "service_of",
]

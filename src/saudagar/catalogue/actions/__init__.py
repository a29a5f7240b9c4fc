"""Writes of one business's products."""

from saudagar.catalogue.actions.certificates import (
    CertificateFacts,
    decide_certificate,
    show_for_plant,
    submit_certificate,
    watch_certificates,
    withdraw_certificate,
)
from saudagar.catalogue.actions.codes import NO_CORRECTION, decide_hs, suggested_hs
from saudagar.catalogue.actions.common import JAKARTA, ProductFacts
from saudagar.catalogue.actions.origin import OriginSaid, allow_origin, end_origin, state_origin, watch_origin, withdraw_origin
from saudagar.catalogue.actions.photos import add_photo, put_photo_first, remove_photo
from saudagar.catalogue.actions.plants import name_plants, plant_changed
from saudagar.catalogue.actions.products import archive, make_ready, restore, save_product
from saudagar.catalogue.actions.taking_in import CHUNK, TakenIn, take_in
from saudagar.catalogue.actions.variants import VariantFacts, retire_variant, save_variant

__all__ = [
    "CHUNK",
    "JAKARTA",
    "NO_CORRECTION",
    "CertificateFacts",
    "OriginSaid",
    "ProductFacts",
    "TakenIn",
    "VariantFacts",
    "add_photo",
    "allow_origin",
    "archive",
    "decide_certificate",
    "decide_hs",
    "end_origin",
    "make_ready",
    "name_plants",
    "plant_changed",
    "put_photo_first",
    "remove_photo",
    "restore",
    "retire_variant",
    "save_product",
    "save_variant",
    "show_for_plant",
    "state_origin",
    "submit_certificate",
    "suggested_hs",
    "take_in",
    "watch_certificates",
    "watch_origin",
    "withdraw_certificate",
    "withdraw_origin",
]

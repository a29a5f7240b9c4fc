"""The door's part of the OpenAPI document, made from the structures it decodes: the document cannot say anything else."""

from typing import Any

import msgspec

from saudagar.checkout.rules.requests import OrderRequest, QuoteRequest
from saudagar.rulebook.rules.identities import KINDS

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "field": {"type": "string"}},
        }
    },
}

PLACED = {
    "type": "object",
    "properties": {
        "purchase": {"type": "string", "description": "handle"},
        "status": {"type": "string"},
        "currency": {"type": "string"},
        "total": {"type": "integer", "description": "minor units"},
        "orders": {"type": "array", "items": {"type": "object"}},
    },
}

QUOTED = {
    "type": "object",
    "properties": {
        "quote": {"type": "string", "description": "the promise: opaque, valid until expires_at, can be placed once"},
        "not_before": {
            "type": "string",
            "format": "date-time",
            "description": "only in a quote ahead of a campaign: it can be placed from then on",
        },
        "expires_at": {"type": "string", "format": "date-time"},
        "currency": {"type": "string"},
        "total": {"type": "integer", "description": "minor units, everything included that is paid with the order: under DDP all of it"},
        "terms": {"type": "string", "enum": ["DDP", "DAP"]},
        "due_at_door": {
            "type": "integer",
            "description": "under DAP: duty, tax and fees that the carrier asks for at the door, an estimate; "
            "the carrier may add a fee of its own",
        },
        "identity": {
            "type": "string",
            "description": "kind of identity number that buyer.identity of the order must be, or empty; "
            "the requirements say what it is and where it is had",
            "enum": ["", *KINDS],
        },
        "orders": {
            "type": "array",
            "items": {"type": "object"},
            "description": "one per seller: lines (in a campaign with campaign and ordinary_price), breakdown with rules and sources, "
            "shipping options, requirements (of the buyer with identity, name and help); origin_proofs where an agreement's duty is "
            "charged: line, agreement, paper, and whether it is shown by declaration or by paper",
        },
    },
}


def added_to(document: dict[str, Any]) -> dict[str, Any]:
    """The document with POST …/quotes and …/orders in it."""
    (quote, order), parts = msgspec.json.schema_components((QuoteRequest, OrderRequest), ref_template="#/components/schemas/{name}")
    document["components"]["schemas"].update(parts, DoorError=ERROR, Quoted=QUOTED, Placed=PLACED)
    document["paths"]["/api/v1/quotes"] = {
        "post": _operation(
            "Price a basket, everything included", quote, {"200": "Quoted"}, ("404", "409", "410", "413", "422", "425", "429", "503")
        )
    }
    document["paths"]["/api/v1/orders"] = {
        "post": _operation(
            "Place a quote: the quote is the idempotency key",
            order,
            {"201": "Placed", "200": "Placed"},
            ("409", "410", "413", "422", "425", "429", "503"),
        )
    }
    return document


def _operation(summary: str, body: dict[str, Any], answers: dict[str, str], refusals: tuple[str, ...]) -> dict[str, Any]:
    def content(name: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}

    return {
        "tags": ["buying"],
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            **{status: {"description": name, "content": content(name)} for status, name in answers.items()},
            **{status: {"description": "refused", "content": content("DoorError")} for status in refusals},
        },
    }

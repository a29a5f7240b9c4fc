"""The public REST API, version 1, put together from the rooms' routers.

`POST /quotes` and `POST /orders` never come here: `checkout/door.py` answers them.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema

from saudagar.api import faults
from saudagar.api.identifiers import router as identifiers
from saudagar.campaigns.api import router as campaigns
from saudagar.checkout import openapi
from saudagar.customs.api import router as customs
from saudagar.foundation.refusals import Refusal
from saudagar.incubation.api import router as proposals
from saudagar.incubation.counterpart_api import router as counterpart
from saudagar.incubation.counterpart_api import shared_router as shared_reports
from saudagar.markets.api import router as markets
from saudagar.orders.api import router as orders
from saudagar.payments.api import router as payments
from saudagar.programme.api import router as programme
from saudagar.rulebook.api import router as rulebook
from saudagar.rulebook.hs_api import router as hs_help
from saudagar.rulebook.rules_api import router as rules


class Api(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """One document for both: what Django answers and what the door does."""
        document = super().get_openapi_schema(**kwargs)
        openapi.added_to(document)
        return document


api = Api(
    title="Saudagar",
    version="1",
    description="One catalogue and one stock, sold at home and across borders. Amounts are integers in ISO 4217 minor units.",
    urls_namespace="api-v1",
    docs_url=None,
)
api.add_router("", identifiers)
api.add_router("", markets)
api.add_router("", campaigns)
api.add_router("", orders)
api.add_router("", customs)
api.add_router("", payments)
api.add_router("", rulebook)
api.add_router("", rules)
api.add_router("", hs_help)
api.add_router("", programme)
api.add_router("", proposals)
api.add_router("", counterpart)
api.add_router("", shared_reports)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return JsonResponse(refusal.body(get_language()), status=refusal.status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first fault in the house's own form; the field is named as the caller wrote it."""
    return refused(request, faults.invalid(error.errors))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What could not be read at all: a body that is not JSON."""
    return refused(request, faults.unreadable())


def docs(request: HttpRequest) -> HttpResponse:
    """GET /api/docs: the document for people, from files of our own."""
    return Swagger().render_page(request, api)

"""The papers of a seller's parcel, to print."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from saudagar.customs import queries
from saudagar.customs.printing import paper
from saudagar.customs.rules.papers import form_for
from saudagar.orders import queries as order_queries
from saudagar.registry.access import SellerRequest, seller
from saudagar.rulebook.queries import current_rulebook
from saudagar.shipping import queries as shipping_queries


@require_GET
@seller
def order_paper(request: SellerRequest, order: str, kind: str) -> HttpResponse:
    """GET /seller/orders/{handle}/papers/{kind}.pdf: cn22, cn23, invoice, or `customs` for the right one of the first two."""
    business_id = request.business.pk
    found = order_queries.order_by_handle(order, business_id=business_id)
    parcel = shipping_queries.parcel_of(business_id, found.id)
    facts = queries.parcel_facts(found, parcel, current_rulebook())
    rate = queries.sdr_rate(facts.currency)
    chosen = form_for(facts, rate) if kind == "customs" else kind
    answer = HttpResponse(paper(chosen, facts, sdr_rate=rate), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{chosen}-{facts.order_number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer

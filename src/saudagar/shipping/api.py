"""What carriers call."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from saudagar.foundation.clock import now
from saudagar.shipping import actions, carriers
from saudagar.shipping.rules.life import BadNotice

MOST_BYTES = 64 * 1024


@csrf_exempt  # the carrier's signature is checked instead
@require_POST
def notices(request: HttpRequest, carrier: str) -> JsonResponse:
    """POST /api/v1/carriers/{carrier}/notices: a carrier tells where a parcel is. Repeated and late notices are taken and harmless."""
    moment = now()
    gateway = carriers.gateway(carrier)
    if len(request.body) > MOST_BYTES:
        raise BadNotice(reason=f"more than {MOST_BYTES} bytes")
    notice = gateway.notice(request.headers, request.body, at=moment)
    if notice is not None:
        actions.hear(notice, at=moment)
    return JsonResponse({"status": "ok"})

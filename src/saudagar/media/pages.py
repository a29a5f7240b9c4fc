"""Pictures and papers over HTTP. A picture's name is its content, so browsers and caches may keep them for ever."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from saudagar.media import queries
from saudagar.media.rules import WIDTHS, file_name


@require_safe
def picture(request: HttpRequest, first: str, second: str, digest: str, width: int) -> HttpResponse:
    """GET /media/pictures/{ab}/{cd}/{digest}-{width}.webp"""
    if width not in WIDTHS or (first, second) != (digest[:2], digest[2:4]):
        raise Http404
    tag = f'"{digest[:20]}-{width}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        try:
            # Read whole: a rendition is small, and a stream would occupy a thread for as long as the phone takes.
            with default_storage.open(file_name(digest, width)) as file:
                answer = HttpResponse(file.read(), content_type="image/webp")
        except FileNotFoundError:
            raise Http404 from None
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["ETag"] = tag
    return answer


def shown_paper(business_id: UUID, document_id: UUID) -> HttpResponse:
    """A paper for whoever the caller has let in: never cached, never able to run anything."""
    found = queries.paper(business_id, document_id)
    if found is None:
        raise Http404
    document, data = found
    answer = HttpResponse(data, content_type=queries.TYPES[document.form])
    answer["Content-Disposition"] = f'inline; filename="{document.digest[:12]}.{document.form}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer

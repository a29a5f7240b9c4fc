"""Who may see and do what: every route of the site, walked by everybody.

`AUDIENCES` says for each route whom it is for. A route that is not named there fails, and so does a name without a route. Each is
then asked by a stranger, by Rina who buys, by Sari, by Budi who works for her, by Dewi who owns another shop, by the officer and
by the operator, always for a thing of Sari's; what an answer says and what it changes in the database is looked at.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import URLPattern, get_resolver
from PIL import Image

from saudagar.campaigns import actions as campaigns
from saudagar.campaigns.rules.joining import Application, CampaignFacts, Rules
from saudagar.catalogue import actions as catalogue
from saudagar.catalogue.actions import OriginSaid
from saudagar.catalogue.models import Certificate, Photo, ProductList
from saudagar.catalogue.queries import category_words
from saudagar.customs.actions import consignments
from saudagar.customs.models import ConsignmentItem
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.foundation.refusals import LANGUAGES
from saudagar.incubation import actions as incubation
from saudagar.incubation.models import Proposal, Replay
from saudagar.incubation.rules.replaying import Found, result
from saudagar.media import actions as media
from saudagar.messages import actions as messages
from saudagar.messages.models import Notice
from saudagar.orders.models import Purchase
from saudagar.people import actions as people
from saudagar.people.models import User
from saudagar.people.rules import Contact
from saudagar.registry import actions as registry
from saudagar.registry.models import Business, Membership, Outlet
from saudagar.registry.tests.cast import a_business
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook.files import texts as shipped_texts
from saudagar.settlement import actions as settlement
from saudagar.settlement.models import Payout
from saudagar.shipping.models import Parcel, TrackingEvent
from saudagar.shipping.tests.cast import CHEN, an_order
from saudagar.site.rehearsal import actions as rehearsals
from saudagar.site.rehearsal.certificate import certificate
from saudagar.site.rehearsal.tests.test_papers import an_evening
from saudagar.stock.models import Pool
from saudagar.storefront.tests.cast import goods

# Whom a route is for.
EVERYBODY = "everybody"
PERSON = "whoever is signed in, about themselves"
SELLER = "owner and staff of the business the thing belongs to"
OWNER = "owners of that business"
OFFICER = "officers"
OVERSEER = "officers and operators"
OPERATOR = "operators"
SELLER_API = "owner and staff by the API: to everybody else the thing does not exist"
OFFICER_API = "officers by the API, with the token of their session for whatever changes something"
INVITED_API = "an invited authority by the API, with the token of its invitation in a header"
HOLDER = "whoever holds the handle, which says nothing of the person"
INVITED = "whoever was given the link"
BUYER = "the browser that bought it, or its signed-in buyer"
SIGNED = "whoever signs as a gateway or a carrier"
DEMO = "everybody, while the installation is a demo"

AUDIENCES = {
    EVERYBODY: """
        healthz  readyz  metrics  api/v1/openapi.json  api/v1/identifiers/check  api/v1/listings  api/v1/products/<handle_text>/listings
        api/v1/campaigns  api/v1/campaigns/<code>
        api/v1/rules  api/v1/rules/<destination>  api/v1/rules/<destination>/<hs>  api/v1/rule-releases
        api/v1/rule-releases/<later>/differences
        api/v1/qris/parse  api/v1/landed-costs  api/v1/hs-suggestions  api/v1/may-sell  api/v1/
        api/v1/products/<handle_text>/markets  api/docs  language/  robots.txt  sitemap.xml  orders/  (start)
        ^media/pictures/(?P<first>[0-9a-f]{2})/(?P<second>[0-9a-f]{2})/(?P<digest>[0-9a-f]{64})-(?P<width>\\d{2,4})\\.webp$
        <market:market>/  <market:market>/search/  <market:market>/p/<str:product>/  <market:market>/makers/<str:business>/
        <market:market>/campaigns/<slug:campaign>/  <market:market>/campaigns/<slug:campaign>/left
        <market:market>/basket/  <market:market>/destination/  <market:market>/checkout/
        accounts/login/  accounts/login/password/  accounts/login/code/  accounts/login/code/confirm/  accounts/signup/  accounts/logout/
        accounts/inactive/  accounts/email/  accounts/confirm-email/  accounts/^confirm-email/(?P<key>[-:\\w]+)/$  accounts/phone/verify/
        accounts/password/reset/  accounts/password/reset/done/  accounts/password/reset/key/done/
        accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$  accounts/2fa/authenticate/
    """,
    PERSON: """
        accounts/  accounts/reauthenticate/  accounts/password/change/  accounts/password/set/  accounts/phone/change/  accounts/2fa/
        accounts/2fa/reauthenticate/  accounts/2fa/totp/activate/  accounts/2fa/totp/deactivate/  accounts/2fa/recovery-codes/
        accounts/2fa/recovery-codes/generate/  accounts/2fa/recovery-codes/download/  accounts/2fa/webauthn/  accounts/2fa/webauthn/add/
        accounts/2fa/webauthn/reauthenticate/  accounts/2fa/webauthn/keys/<int:pk>/remove/  accounts/2fa/webauthn/keys/<int:pk>/edit/
        notices/  notices/reading  notices/<uuid:notice_id>/reading  seller/register/  seller/businesses/
        seller/businesses/<str:business>/selection  seller/invitations/<uuid:invitation_id>/answer
    """,
    SELLER: """
        seller/  seller/business/  seller/outlets/  seller/stock/  seller/stock/history/  seller/stock/<str:pool>/
        seller/stock/<str:pool>/count/  seller/stock/<str:pool>/loss/  seller/stock/<str:pool>/transfer/
        seller/products/  seller/products/new/  seller/products/import/
        seller/products/import/<uuid:kept>/  seller/products/<str:product>/  seller/products/<str:product>/facts/
        seller/products/<str:product>/stock/  seller/products/<str:product>/markets/  seller/products/<str:product>/origin/
        seller/products/<str:product>/origin/<str:agreement>/statement  seller/products/<str:product>/origin/<str:agreement>/ending
        seller/products/<str:product>/markets/<slug:market>/offer/  seller/products/<str:product>/markets/<slug:market>/pause/
        seller/products/<str:product>/prices/<str:listing>/  seller/products/<str:product>/variants/new/
        seller/products/<str:product>/variants/<str:variant>/  seller/products/<str:product>/variants/<str:variant>/retirement/
        seller/products/<str:product>/photos/  seller/products/<str:product>/papers/
        seller/products/<str:product>/destinations/  seller/products/<str:product>/readiness-for-export/
        seller/readiness/  seller/certificates/  seller/products/<str:product>/plants/
        seller/plants/  seller/plants/new/  seller/plants/<str:plant>/  seller/plants/<str:plant>/facts/
        seller/plants/<str:plant>/papers/<uuid:certificate>  ^seller/plants/(?P<plant>[^/]+)/(?P<what>closing|opening)$
        seller/certificates/<uuid:certificate>/withdrawal  seller/certificates/<uuid:certificate>/file
        ^seller/products/(?P<product>[^/]+)/photos/(?P<photo>[0-9a-f-]{36})/(?P<what>removal|first)/$
        ^seller/products/(?P<product>[^/]+)/(?P<what>readiness|archive|restoration)/$
        seller/orders/  seller/orders/labels  seller/orders/parcels  seller/orders/<str:order>/  seller/orders/<str:order>/packing
        seller/orders/<str:order>/parcel  seller/orders/<str:order>/weight  seller/orders/<str:order>/label.pdf
        seller/orders/<str:order>/handover
        seller/orders/<str:order>/cancellation  seller/orders/<str:order>/papers/  seller/orders/<str:order>/papers/all.zip
        seller/orders/<str:order>/papers/origin/<slug:kind>
        seller/orders/<str:order>/papers/<slug:kind>.<slug:form>  seller/products/<str:product>/paper-details/
        seller/consignments/  seller/consignments/<uuid:consignment>/  seller/consignments/<uuid:consignment>/orders
        seller/consignments/<uuid:consignment>/closing  seller/consignments/<uuid:consignment>/papers/<slug:kind>.<slug:form>
        seller/consignments/<uuid:consignment>/proofs
        seller/consignments/<uuid:consignment>/proofs/<str:business>/<slug:kind>.<slug:form>
        seller/campaigns/  seller/campaigns/<slug:campaign>/  seller/campaigns/<slug:campaign>/<str:listing>/
        seller/campaigns/<slug:campaign>/<str:listing>/withdrawal
        seller/money/  seller/money/payouts/<str:payout>/  seller/money/payouts/<str:payout>/statement.<str:form>
    """,
    OWNER: """
        seller/register/identity/  seller/register/outlet/  seller/register/review/  seller/business/description/
        seller/business/identity/  seller/outlets/new/
        seller/outlets/<str:outlet>/  seller/outlets/<str:outlet>/removal  seller/team/  seller/team/<uuid:user_id>/role
        seller/team/<uuid:user_id>/removal  seller/team/invitations/<uuid:invitation_id>/withdrawal
        seller/money/account/  seller/money/payouts/<str:payout>/attempts
    """,
    OFFICER: """
        officer/  officer/orders/<str:order>/  officer/businesses/  officer/businesses/<str:business>/
        officer/businesses/<str:business>/identity/<str:kind>  officer/pavilion/  officer/pavilion/<slug:market>/
        officer/pavilion/<slug:market>/<str:product>/
        ^officer/pavilion/(?P<market>[\\w-]+)/(?P<product>\\w+)/(?P<what>approval|refusal|feature)/$  officer/rates/
        officer/campaigns/  officer/campaigns/new/  officer/campaigns/<slug:campaign>/  officer/campaigns/<slug:campaign>/edit/
        officer/campaigns/<slug:campaign>/progress  officer/campaigns/<slug:campaign>/publication
        officer/campaigns/<slug:campaign>/cancellation  officer/campaigns/<slug:campaign>/decisions
        officer/rules/  officer/rules/goods/  officer/rules/switches/  officer/rules/switches/<slug:switch>/state/  officer/rules/findings/
        officer/rules/shipped/  officer/rules/releases/  officer/rules/differences/  ^officer/rules/(?P<country>[A-Z]{2})/$
        officer/hs/  officer/hs/<str:product>/  officer/origin/  officer/origin/<str:product>/<str:agreement>/
        officer/readiness/  officer/certificates/  officer/certificates/<str:business>/<uuid:certificate>/
        officer/certificates/<str:business>/<uuid:certificate>/file
        officer/consignments/  officer/consignments/<uuid:collection>/  officer/consignments/<uuid:collection>/orders
        officer/consignments/<uuid:collection>/closing  officer/consignments/<uuid:collection>/papers/<slug:kind>.<slug:form>
        officer/consignments/<uuid:collection>/proofs
        officer/consignments/<uuid:collection>/proofs/<str:business>/<slug:kind>.<slug:form>
        officer/proposals/  officer/proposals/<uuid:proposal_id>/  officer/proposals/<uuid:proposal_id>/edits/<slug:change>
        officer/proposals/<uuid:proposal_id>/text  officer/proposals/<uuid:proposal_id>/steps/<slug:wanted>
        officer/proposals/<uuid:proposal_id>/replays/  officer/proposals/<uuid:proposal_id>/replays/<uuid:replay_id>/
        officer/proposals/<uuid:proposal_id>/replays/<uuid:replay_id>/standing  officer/proposals/<uuid:proposal_id>/counterparts/
        officer/proposals/<uuid:proposal_id>/counterparts/<uuid:counterpart_id>/revocation
        officer/proposals/<uuid:proposal_id>/comments/  officer/proposals/<uuid:proposal_id>/pilot
        officer/proposals/<uuid:proposal_id>/law
        officer/rehearsals/  officer/rehearsals/<uuid:rehearsal_id>/  officer/rehearsals/<uuid:rehearsal_id>/standing
        officer/rehearsals/<uuid:rehearsal_id>/certificate.<str:paper>
    """,
    OVERSEER: "officer/audit/  officer/ledger/",
    OFFICER_API: """
        api/v1/proposals  api/v1/proposals/<proposal_id>  api/v1/proposals/<proposal_id>/edits
        api/v1/proposals/<proposal_id>/edits/withdrawal  api/v1/proposals/<proposal_id>/base
        api/v1/proposals/<proposal_id>/files  api/v1/proposals/<proposal_id>/files/<path:file>
        api/v1/proposals/<proposal_id>/replays  api/v1/proposals/<proposal_id>/replays/<replay_id>
        api/v1/proposals/<proposal_id>/counterparts
        api/v1/proposals/<proposal_id>/counterparts/<counterpart_id>/revocation
        api/v1/proposals/<proposal_id>/comments  api/v1/proposals/<proposal_id>/shadow
        api/v1/proposals/<proposal_id>/shadow/reckoning  api/v1/proposals/<proposal_id>/shadow/end
        api/v1/proposals/<proposal_id>/pilot  api/v1/proposals/<proposal_id>/pilot/end
        api/v1/proposals/<proposal_id>/effect  api/v1/proposals/<proposal_id>/law
        api/v1/proposals/<proposal_id>/closing
    """,
    INVITED_API: "api/v1/counterpart/proposal  api/v1/counterpart/report  api/v1/counterpart/comments  api/v1/counterpart/signatures",
    SELLER_API: """
        api/v1/orders/<order>/papers  api/v1/orders/<order>/papers/<name>  api/v1/consignments/<consignment>/papers
        api/v1/consignments/<consignment>/papers/<name>  api/v1/consignments/<consignment>/proofs/<business>/<name>
    """,
    HOLDER: """
        api/v1/purchases/<handle_text>  api/v1/orders/<handle_text>  api/v1/purchases/<purchase>/payment
        pay/<str:purchase>/  pay/<str:purchase>/check  pay/<str:purchase>/standing  pay/<str:purchase>/qris.png  purchases/<str:purchase>/
    """,
    INVITED: "reports/rules/<str:token>.pdf  reports/rules/<str:token>/  counterpart/<str:token>/  api/v1/rule-reports/<token>",
    BUYER: "purchases/<str:purchase>/orders/<str:order>/acceptance",
    SIGNED: "api/v1/payments/<gateway>/notices  api/v1/carriers/<str:carrier>/notices",
    DEMO: "accounts/demo/  look/  look/desk/",
}
AUDIENCE = {route.replace("(start)", ""): audience for audience, routes in AUDIENCES.items() for route in routes.split()}

# Pages of a seller whose address names nothing of one: everybody finds their own things there.
OF_ALL_SELLERS = {"seller/campaigns/<slug:campaign>/"}
# Forms that carry no token, and why they may.
WITHOUT_TOKEN = {
    "api/v1/payments/<gateway>/notices": "signed by the gateway",
    "api/v1/carriers/<str:carrier>/notices": "signed by the carrier",
    "language/": "a preference of this browser",
    "<market:market>/basket/": "this browser's own basket; where the form stood is checked",
    "<market:market>/destination/": "this browser's own destination; where the form stood is checked",
    # What the API changes it changes without cookies, so nobody can be made to use theirs. With a session it only reads (SELLER_API).
    **dict.fromkeys([route for route in AUDIENCE if route.startswith("api/v1/") and "notices" not in route], "knows no session"),
    # But what officers change by the API: the route asks for the token itself, and says so in the API's own form.
    **dict.fromkeys([route for route, audience in AUDIENCE.items() if audience == OFFICER_API], "asks for it itself"),
}
# GET that leaves a trace, and which tables it may: nothing that a link sent by somebody else could do harm with.
TRACES = {
    "counterpart/<str:token>/": {"incubation_counterpart"},  # first read at
    "pay/<str:purchase>/": {"payments_payment"},  # what to pay with is made on first request
    "api/v1/purchases/<purchase>/payment": {"payments_payment"},
    "seller/orders/<str:order>/label.pdf": {"shipping_parcel"},  # printed at
    "officer/certificates/<str:business>/<uuid:certificate>/file": {"audit_entry"},  # an officer's look is noted
}
# Names that forms of the site give their fields.
FIELDS = """
    name_id name_en name_zh code time_zone starts_at ends_at quotes_from least_discount least_pieces least_pictures most_late
    most_per_buyer allotment entry decision campaign tries soon orders kill
    page region shipping step listing pieces change login password code reason role answer next language person gross_grams order quote
    c0 state count-pieces bank_code number holder contact name price sku phone kind value postal_code rate currency valid_from
"""
QUESTIONS = "page q category picture v state show from before method province action business only market order next returned region"
CAMPAIGN = {
    "name_id": "Lain", "name_en": "Other", "name_zh": "其他", "code": "lain", "market": "cn", "time_zone": "Asia/Shanghai",
    "starts_at": "2031-11-11T00:00", "ends_at": "2031-11-12T00:00", "quotes_from": "2031-11-10T18:00", "least_discount": "10",
    "least_pieces": "1", "least_pictures": "0", "most_late": "10", "most_per_buyer": "0",
}  # fmt: skip
PLANT = {"name": "Lain", "kind": "orchard", "province": "11", "regency": "11.04", "address": "Lain"}
# What a wall lets nobody see; each stands in Sari's world and nowhere in Dewi's.
PRIVATE = ("RAHASIA", "139-RAHASIA", "13800000003", "138 0000 0003", "示例路", "陈示例", "chen-rahasia@contoh.example")


def routes() -> Iterator[tuple[str, URLPattern]]:
    def walk(patterns: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield here, pattern
            else:
                yield from walk(pattern.url_patterns, here)

    yield from walk(get_resolver().url_patterns)


def audience_of(route: str) -> str | None:
    # The operators' pages are one room with one door; Django makes its routes.
    return OPERATOR if route.startswith("admin/") else AUDIENCE.get(route)


OUR_ROUTES = list(dict.fromkeys(route for route, _ in routes() if not route.startswith("admin/")))


def test_every_route_says_whom_it_is_for() -> None:
    unsaid = [route for route in OUR_ROUTES if audience_of(route) is None]
    assert not unsaid, f"name these routes in AUDIENCES of {__file__}: {unsaid}"
    assert not set(AUDIENCE) - set(OUR_ROUTES), "routes that are gone"
    assert len(AUDIENCE) == sum(len(routes.split()) for routes in AUDIENCES.values()), "a route for two audiences"


def test_only_these_forms_carry_no_token() -> None:
    exempt = {route for route, pattern in routes() if getattr(pattern.callback, "csrf_exempt", False)}
    assert exempt <= set(WITHOUT_TOKEN), exempt - set(WITHOUT_TOKEN)


@dataclass
class World:
    """Sari's business with everything in it, Dewi's with as much, and the others."""

    people: dict[str, User]
    business: Business
    values: dict[str, str]
    own: dict[str, str]  # the same of Dewi's
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, route: str, **other: str) -> str:
        values = {**self.values, **other}
        if "invitations/<uuid:invitation_id>/answer" in route:
            values["invitation_id"] = values["my_invitation"]
        route = re.sub(r"\(\?P<\w+>(\w+)(?:\|\w+)+\)", r"\1", route)  # one of a few words: the first
        text = route.replace("^", "").replace("$", "").replace("\\.", ".")
        text = re.sub(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\])+\)", r"<\1>", text)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(str(values[found[1]]), safe=""), text)


def a_world() -> World:
    at = now()
    everybody = {
        "sari": people.prepare(name="Bu Sari", phone="+6281234567801", at=at),
        "budi": people.prepare(name="Budi", phone="+6281234567803", at=at),
        "dewi": people.prepare(name="Dewi", phone="+6281234567802", at=at),
        "rina": people.prepare(name="Rina", phone="+6281234567804", at=at),
        "arif": people.prepare(name="Pak Arif", email="arif@contoh.example", officer=True, at=at),
        "ops": people.prepare(name="Ops", email="ops@contoh.example", operator=True, at=at),
    }
    sari, budi, dewi = (everybody[name] for name in ("sari", "budi", "dewi"))
    business = a_business(sari, state="verified")
    Membership.objects.create(business_id=business.pk, user_id=budi.pk, role="staff")
    values = _things(business, sari, at=at)
    values |= {"user_id": str(budi.pk), "market": "cn", "kind": "nib", "gateway": "snap_qris", "carrier": "sandbox"}
    values |= {
        "first": "ab",
        "second": "cd",
        "digest": "abcd" + "0" * 60,
        "width": "600",
        "key": "x",
        "uidb36": "1",
        "pk": "1",
        "form": "csv",
        "destination": "CN",
        "country": "CN",
        "hs": "090121",
        "later": "x",
        "switch": "cn_list_spices",
        "file": "papers.toml",
        "agreement": "ATIGA",
    }
    said = OriginSaid("WO", "paper", at.date() + timedelta(days=100), is_confirmed=True)
    catalogue.state_origin(business.pk, parse_handle(values["product"], Kind.PRODUCT)[1], "ATIGA", said, by=sari.pk, at=at)
    other = a_business(dewi, "Songket Dewi", nib="9120202012341", state="verified")
    own = _things(other, dewi, at=at)
    values["code"] = values["campaign"] = own["campaign"] = _campaign_of(values["listing"], own["listing"], by=everybody["arif"], at=at)
    _, pool_id = parse_handle(values["pool"], Kind.POOL)
    another = an_order(Pool.objects.get(business_id=business.pk, id=pool_id), CHEN)
    values["collection"] = str(_consignment(None, another, by=everybody["arif"], at=at))
    rehearsal = rehearsals.ask(orders=100, kill=False, campaign="", by=everybody["arif"].pk, at=at)
    rehearsals.end(rehearsal.pk, certificate(an_evening()), at=at)
    values |= {"rehearsal_id": str(rehearsal.pk), "paper": "html"}
    rulebook.load(shipped_texts(), at=at, is_shipped=True)
    proposal = incubation.open_proposal(title="Usul", why="Coba", authority="Kemendag", by=everybody["arif"].pk, at=at)
    values |= {
        "proposal_id": str(proposal.pk),
        "replay_id": str(_replay(proposal, at=at)),
        "counterpart_id": str(proposal.pk),
        "token": incubation.invite(proposal.pk, authority="GACC", country="CN", by=everybody["arif"].pk, at=at),
        "wanted": "undo",
        "change": "share",
    }
    invitation = registry.invite(business.pk, Contact(phone="+6281234567804"), role="staff", by=sari.pk, at=at)
    values["my_invitation"] = str(invitation.pk)
    return World(everybody, business, values, own, _posts(values))


def _replay(proposal: Proposal, *, at: Any) -> Any:
    facts = {"base_version": proposal.base_id, "texts_sha256": proposal.texts_sha256, "result": result(Found(), {})}
    return Replay.objects.create(proposal=proposal, state="done", asked_orders=1, asked_at=at, seen_at=at, ended_at=at, **facts).pk


def _campaign_of(*listings: str, by: User, at: Any) -> str:
    """A campaign in the pavilion that gives prices ahead, and each of these in it."""
    facts = CampaignFacts(
        code="panen", market="cn", names=dict.fromkeys(LANGUAGES, "Panen"), time_zone="Asia/Shanghai", quotes_from=at - timedelta(hours=1),
        starts_at=at + timedelta(hours=1), ends_at=at + timedelta(hours=2), rules=Rules(least_pictures=0),
    )  # fmt: skip
    made = campaigns.publish(campaigns.draft(facts, by=by.pk, at=at).pk, by=by.pk, at=at)
    for text in listings:
        business_id, listing_id = parse_handle(text, Kind.LISTING)
        entry = campaigns.apply(business_id, made.pk, listing_id, Application(4000, 3, 2), late_bp=0, by=None, at=at)
        campaigns.approve(business_id, entry.pk, late_bp=0, by=by.pk, at=at)
    return made.code


def _consignment(owner_id: Any, order: Any, *, by: User, at: Any) -> Any:
    facts = {"name": "Lain", "country": "CN", "consignee_name": "Gudang", "consignee_address": "Lain", "exporter_name": "Lain"}
    made = consignments.open_consignment(owner_id, facts, by=by.pk, at=at)
    ConsignmentItem.objects.create(business_id=order.business_id, consignment_id=made.pk, order=order, added_at=at)
    return made.pk


def _things(business: Business, owner: User, *, at: Any) -> dict[str, str]:
    """One of everything a seller has, by the name that addresses give it."""
    outlet = Outlet.objects.filter(business_id=business.pk).first()
    made = goods(title="Kopi <Gayo> & co", business=business)
    _, product_id = parse_handle(made.product, Kind.PRODUCT)
    paper = media.keep_paper(business.pk, b"%PDF-1.7 RAHASIA %%EOF", name="RAHASIA.pdf", at=at)
    certificate = Certificate.objects.create(
        business_id=business.pk, product_id=product_id, kind="halal", number="139-RAHASIA", document=paper
    )
    plant = registry.put_plant(
        business.pk, name="RAHASIA", kind="orchard", area_code="11.04", address="RAHASIA", maker="RAHASIA", by=owner.pk, at=at
    )
    order = an_order(made.pool, CHEN, state="packed", packed_at=at)
    Purchase.objects.create(
        id=order.id, business_id=business.pk, market_code="cn", currency="CNY", total=order.total, language="zh-hans", method="alipay",
        order_business_ids=[business.pk], placed_at=at, pay_by=at + timedelta(minutes=20), buyer_id=None,
    )  # fmt: skip
    parcel = Parcel.objects.create(
        business_id=business.pk, order=order, carrier="pos", service="packet", state="booked", gross_grams=600,
        waybill=f"LX{business.pk.hex[:9]}", created_at=at, booked_at=at, check_at=at + timedelta(hours=1),
    )  # fmt: skip
    TrackingEvent.objects.create(
        business_id=business.pk, parcel=parcel, event_id="1", status="held", carrier_status="on_hold", note="Diterima tetangga RAHASIA",
        happened_at=at, heard_at=at,
    )  # fmt: skip
    account = settlement.set_account(business.pk, bank_code="014", number="1234567890", holder="RAHASIA", by=owner.pk, at=at)
    payout = Payout.objects.create(
        business_id=business.pk, currency="IDR", amount=100, sealed=account.sealed, bank_code="014", last_characters="7890",
        retry_at=at, requested_at=at, state="failed", failure="RAHASIA",
    )  # fmt: skip
    kept = ProductList.objects.create(business_id=business.pk, name="RAHASIA.csv", data=b"Nama,Harga\nRAHASIA,1000\n", uploaded_at=at)
    invitation = registry.invite(business.pk, Contact(email="rahasia@contoh.example"), role="staff", by=owner.pk, at=at)
    messages.notify(owner.pk, "registry.verified", {"business": "RAHASIA", "reason": ""}, at=at, business_id=business.pk)
    return {
        "business": handle(Kind.BUSINESS, business.pk),
        "outlet": handle(Kind.OUTLET, business.pk, outlet.pk),
        "product": made.product,
        "plant": handle(Kind.PLANT, business.pk, plant.pk),
        "listing": made.listings["cn"],
        "variant": handle(Kind.VARIANT, business.pk, made.pool.variant_id),
        "pool": handle(Kind.POOL, business.pk, made.pool.pk),
        "photo": str(Photo.objects.get(business_id=business.pk).pk),
        "order": handle(Kind.ORDER, business.pk, order.pk),
        "purchase": handle(Kind.PURCHASE, business.pk, order.pk),
        "handle_text": handle(Kind.PURCHASE, business.pk, order.pk),
        "parcel": handle(Kind.PARCEL, business.pk, parcel.pk),
        "waybill": parcel.waybill,
        "payout": handle(Kind.PAYOUT, business.pk, payout.pk),
        "consignment": str(_consignment(business.pk, order, by=owner, at=at)),
        "name": "invoice.pdf",
        "kept": str(kept.pk),
        "certificate": str(certificate.pk),
        "invitation_id": str(invitation.pk),
        "notice_id": str(Notice.objects.filter(user_id=owner.pk).latest("id").pk),
    }


def _posts(values: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What is sent to a route: good forms, so that a wall that is missing lets something happen."""
    picture = io.BytesIO()
    Image.new("RGB", (120, 120), "#123456").save(picture, "PNG")
    return {
        "seller/stock/<str:pool>/count/": {"count-pieces": "3", "count-note": "x"},
        "seller/stock/<str:pool>/loss/": {"loss-pieces": "1"},
        "seller/products/<str:product>/prices/<str:listing>/": {f"{values['listing']}-price": "12.50"},
        "seller/products/<str:product>/facts/": {"title_id": "Kopi lain", "origin": "ID"},
        "seller/products/<str:product>/variants/<str:variant>/": {"price": "1000", "sku": "LAIN"},
        "seller/products/<str:product>/photos/": {"photos": SimpleUploadedFile("a.png", picture.getvalue(), "image/png")},
        "seller/products/<str:product>/papers/": {"kind": "bpom", "number": "MD 1"},
        "seller/products/<str:product>/origin/<str:agreement>/statement": {
            "ATIGA-criterion": "PE", "ATIGA-shown_by": "paper", "ATIGA-valid_until": f"{now() + timedelta(days=90):%Y-%m-%d}",
            "ATIGA-is_confirmed": "on",
        },
        "officer/origin/<str:product>/<str:agreement>/": {"decision": "withdraw", "reason": "coba"},
        "seller/orders/<str:order>/papers/origin/<slug:kind>": {"nib-number": "1", "nib-issued_on": "2026-11-22"},
        "seller/products/import/<uuid:kept>/": {"go": "1", "c0": "title", "c1": "price"},
        "seller/orders/labels": {"order": values["order"]},
        "seller/orders/parcels": {"order": values["order"]},
        "seller/orders/<str:order>/cancellation": {"reason": "out_of_stock"},
        "seller/team/<uuid:user_id>/role": {"role": "owner"},
        "seller/invitations/<uuid:invitation_id>/answer": {"answer": "accept"},
        "seller/outlets/<str:outlet>/": {
            "name": "Lain", "kind": "warung", "province": "11", "regency": "11.04", "address": "Lain", "postal_code": "24500"
        },
        "seller/products/<str:product>/readiness-for-export/": {"pieces_per_month": "7", "grade": "a"},
        "seller/certificates/": {"kind": "gacc", "number": "CIDN 1"},
        "seller/plants/<str:plant>/": {"kind": "gacc", "number": "CIDN 1"},
        "seller/plants/new/": PLANT,
        "seller/plants/<str:plant>/facts/": PLANT,
        "officer/certificates/<str:business>/<uuid:certificate>/": {"decision": "refuse", "reason": "coba"},
        "officer/businesses/<str:business>/": {"decision": "suspended", "reason": "coba"},
        "officer/campaigns/new/": CAMPAIGN,
        "officer/campaigns/<slug:campaign>/edit/": CAMPAIGN,
        "officer/campaigns/<slug:campaign>/decisions": {"decision": "refuse", "reason": "coba", "entry": values["listing"]},
        "seller/campaigns/<slug:campaign>/<str:listing>/": {"price": "30", "allotment": "2", "most_per_buyer": "1"},
        "officer/rules/switches/<slug:switch>/state/": {"state": "on", "reason": "coba"},
        "seller/consignments/<uuid:consignment>/proofs": {"kind": "form_e", "number": "1", "issued_on": "2026-11-22"},
        "officer/consignments/<uuid:collection>/proofs": {
            "business": values["business"], "kind": "form_e", "number": "1", "issued_on": "2026-11-22"
        },
        "api/v1/proposals": {"title": "Lain", "authority": "Lain", "why": "Lain"},
        "api/v1/proposals/<proposal_id>/edits": {"type": "share", "rule": "cn-cbec", "levy": "vat", "share": "50%"},
        "api/v1/proposals/<proposal_id>/counterparts": {"authority": "GACC", "country": "CN"},
        "api/v1/proposals/<proposal_id>/comments": {"author": "Lain", "text": "Lain"},
        "api/v1/counterpart/comments": {"author": "Lain", "text": "Lain"},
        "officer/rates/": {"currency": "CNY", "rate": "2300", "source": "x", "is_meant": "on"},
    }  # fmt: skip


def state_of(tables: list[str], *, without: set[str] = frozenset()) -> dict[str, str]:
    """A digest of every table: what is different afterwards was changed."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            if table not in without:
                cursor.execute(f"SELECT coalesce(md5(string_agg(row::text, chr(10) ORDER BY row::text)), '') FROM \"{table}\" AS row")
                found[table] = cursor.fetchone()[0]
    return found


def touched() -> dict[str, int]:
    """How many rows of each table this transaction has written, what it took back included: where nothing was, nothing has changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def tables() -> list[str]:
    ours = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("saudagar.")]
    return sorted(table for table in ours if not model_is_about_the_asker(table))


def model_is_about_the_asker(table: str) -> bool:
    return table in ("people_user",)  # when somebody last signed in


def text_of(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body.decode("utf-8", "replace")


def leads_to(answer: HttpResponse) -> str:
    return str(answer.get("Location", ""))


class Walls(TestCase):
    """One world; what a request changes is undone before the next one."""

    maxDiff = None

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = a_world()
        category_words()

    def setUp(self) -> None:
        cache.clear()
        self.wrong: list[object] = []

    def tearDown(self) -> None:
        assert not self.wrong, "\n".join(map(str, self.wrong))

    def hold(self, is_right: object, facts: object) -> None:
        """Goes on when something is wrong: all of it is wanted at once."""
        if not is_right:
            self.wrong.append(facts)

    def client_of(self, name: str | None, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        if name:
            client.force_login(self.world.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def walked(self, name: str | None, method: str, audiences: set[str]) -> Iterator[tuple[str, HttpResponse, set[str]]]:
        """Each route of the audiences, the answer, and the tables that changed."""
        client, all_tables = self.client_of(name), tables()
        before = state_of(all_tables)  # of every request: what one changes is undone before the next
        for route in OUR_ROUTES:
            if audience_of(route) not in audiences:
                continue
            cache.clear()
            with transaction.atomic():
                written = touched()
                address = self.world.address(route)
                data = {
                    key: SimpleUploadedFile("a.png", value.open().read(), "image/png") if isinstance(value, SimpleUploadedFile) else value
                    for key, value in self.world.posts.get(route, {}).items()
                }
                form = {"content_type": "application/json"} if route.startswith(("api/v1/proposals", "api/v1/counterpart")) else {}
                answer = client.get(address) if method == "GET" else client.post(address, data, **form)
                rows = touched()
                after = state_of([table for table in all_tables if rows.get(table, 0) != written.get(table, 0)])
                yield route, answer, {table for table in after if before[table] != after[table]}
                transaction.set_rollback(True)

    def test_a_change_is_seen(self) -> None:
        """Else nothing below would prove anything."""
        changed = {route: tables for route, _answer, tables in self.walked("sari", "POST", {SELLER, OWNER})}
        assert changed["seller/outlets/<str:outlet>/"] == {"audit_entry", "registry_outlet"}
        assert {"audit_entry", "registry_plant"} <= changed["seller/plants/<str:plant>/facts/"]

    def test_strangers_are_led_to_the_door(self) -> None:
        for method in ("GET", "POST"):
            for route, answer, changed in self.walked(None, method, {PERSON, SELLER, OWNER, OFFICER, OVERSEER}):
                if answer.status_code != 405:
                    self.hold(answer.status_code == 302, (route, answer.status_code))
                    self.hold(leads_to(answer).startswith("/accounts/login/"), (route, leads_to(answer)))
                self.hold(not changed, route)

    def test_another_seller_finds_nothing_and_changes_nothing(self) -> None:
        for method in ("GET", "POST"):
            for route, answer, changed in self.walked("dewi", method, {SELLER, OWNER}):
                text = text_of(answer)
                for secret in PRIVATE:
                    # Her own world holds the same words; only pages about a thing of Sari's may not.
                    self.hold("<" not in route or route in OF_ALL_SELLERS or secret not in text, (route, secret))
                if "<" in route and route not in OF_ALL_SELLERS:
                    self.hold(answer.status_code in (404, 405), (route, method, answer.status_code))
                    self.hold(not changed, (route, changed))
                else:
                    self.hold(self.world.values["order"] not in text, route)
                    self.hold(self.world.values["listing"] not in text, route)

    def test_by_the_api_a_thing_of_sari_is_there_for_her_people_only(self) -> None:
        for name in (None, "dewi", "rina", "ops"):
            for method in ("GET", "POST"):
                for route, answer, changed in self.walked(name, method, {SELLER_API}):
                    self.hold(answer.status_code in (404, 405) and not changed, (name, route, answer.status_code, changed))
        for name in ("sari", "budi"):
            for route, answer, _changed in self.walked(name, "GET", {SELLER_API}):
                self.hold(answer.status_code == 422, (name, route, answer.status_code))  # her order has no customs snapshot

    def test_by_the_api_proposals_are_for_officers_only(self) -> None:
        for name, refused in ((None, 401), *((name, 404) for name in ("sari", "budi", "dewi", "rina", "ops"))):
            for method in ("GET", "POST"):
                for route, answer, changed in self.walked(name, method, {OFFICER_API}):
                    self.hold(answer.status_code in (refused, 405) and not changed, (name, route, answer.status_code, changed))
        wrote = set()
        for method in ("GET", "POST"):
            for route, answer, changed in self.walked("arif", method, {OFFICER_API}):
                self.hold(answer.status_code in (200, 201, 202, 405, 409, 422), (route, answer.status_code, text_of(answer)[:200]))
                wrote |= {route} if changed else set()
        self.hold({route for route in self.world.posts if route.startswith("api/v1/proposals")} <= wrote, wrote)

    def test_what_officers_change_by_the_api_needs_the_token_of_their_session(self) -> None:
        client, all_tables = self.client_of("arif", enforce_csrf_checks=True), tables()
        before = state_of(all_tables)
        for route in (route for route, audience in AUDIENCE.items() if audience == OFFICER_API):
            answer = client.post(self.world.address(route), self.world.posts.get(route, {}), content_type="application/json")
            self.hold(answer.status_code in (403, 405), (route, answer.status_code))
        self.hold(state_of(all_tables) == before, "something was changed")

    def test_an_invitation_opens_what_it_is_for_and_only_in_its_header(self) -> None:
        for name in (None, "sari", "arif", "ops"):
            for method in ("GET", "POST"):
                for route, answer, changed in self.walked(name, method, {INVITED_API}):
                    self.hold(answer.status_code in (401, 405) and not changed, (name, route, answer.status_code, changed))
        token = {"authorization": f"Bearer {self.world.values['token']}"}
        for route, audience in AUDIENCE.items():
            if audience in (INVITED_API, OFFICER_API):
                answer = Client().get(self.world.address(route), headers=token)
                expected = (200, 405, 409) if audience == INVITED_API else (401, 405)
                self.hold(answer.status_code in expected, (route, answer.status_code))

    def test_staff_does_what_sellers_do_and_not_what_owners_do(self) -> None:
        for method in ("GET", "POST"):
            for route, answer, changed in self.walked("budi", method, {OWNER}):
                self.hold(answer.status_code in (404, 405), (route, method, answer.status_code))
                self.hold(not changed, route)
            for route, answer, _changed in self.walked("budi", method, {SELLER}):
                self.hold(answer.status_code != 404 or (method == "POST" and "photos" in route), (route, method, answer.status_code))

    def test_the_owner_gets_in_everywhere(self) -> None:
        """So that a 404 for the others is a wall and not a wrong address."""
        for method in ("GET", "POST"):
            for route, answer, _changed in self.walked("sari", method, {SELLER, OWNER}):
                self.hold(answer.status_code in (200, 302, 405, 409, 422), (route, method, answer.status_code, text_of(answer)[-300:]))

    def test_buyers_and_officials_are_no_sellers(self) -> None:
        for name in ("rina", "arif", "ops"):
            for method in ("GET", "POST"):
                for route, answer, changed in self.walked(name, method, {SELLER, OWNER}):
                    if answer.status_code != 405:
                        self.hold(answer.status_code == 302, (name, route, answer.status_code))
                        self.hold(leads_to(answer) in ("/seller/register/", "/seller/businesses/"), (name, route, leads_to(answer)))
                    self.hold(not changed, (name, route))

    def test_only_officers_see_the_officers_desk(self) -> None:
        for method in ("GET", "POST"):
            for name in ("sari", "budi", "dewi", "rina", "ops"):
                for route, answer, changed in self.walked(name, method, {OFFICER}):
                    self.hold(answer.status_code in (404, 405), (name, route, answer.status_code))
                    self.hold(not changed, (name, route))
            for name in ("sari", "budi", "dewi", "rina"):
                for route, answer, _changed in self.walked(name, method, {OVERSEER}):
                    self.hold(answer.status_code in (404, 405), (name, route, answer.status_code))
            for route, answer, _changed in self.walked("arif", method, {OFFICER, OVERSEER}):
                self.hold(answer.status_code in (200, 302, 405, 409, 422), (route, answer.status_code))
        for route, answer, _changed in self.walked("ops", "GET", {OVERSEER}):
            self.hold(answer.status_code == 200, route)

    def test_officers_do_not_read_who_bought(self) -> None:
        for route, answer, _changed in self.walked("arif", "GET", {OFFICER, OVERSEER}):
            text = text_of(answer)
            for secret in ("陈示例", "示例路", "13800000003", "1234567890"):
                self.hold(secret not in text, (route, secret))

    def test_what_is_about_oneself_is_not_about_others(self) -> None:
        for name in ("dewi", "rina", "arif"):
            for method in ("GET", "POST"):
                for route, answer, changed in self.walked(name, method, {PERSON}):
                    if name == "rina" and "invitations" in route:
                        continue  # it is addressed to her
                    if "business>" in route or "notice_id" in route or "invitation_id" in route:
                        self.hold(answer.status_code in (404, 405), (name, route, answer.status_code))
                        self.hold(not changed & {"notices_notice", "registry_membership", "registry_invitation"}, (name, route))

    def test_a_handle_alone_says_nothing_of_the_person(self) -> None:
        for name in (None, "dewi", "rina"):
            for method in ("GET", "POST"):
                for route, answer, changed in self.walked(name, method, {HOLDER, BUYER, EVERYBODY}):
                    text = text_of(answer)
                    for secret in (
                        "陈示例",
                        "示例路",
                        "13800000003",
                        "138 0000 0003",
                        "138-0000-0003",
                        "200001",
                        "tetangga",
                        self.world.values["waybill"],
                    ):
                        self.hold(secret not in text, (name, route, secret))
                    self.hold(not changed & {"orders_order", "orders_purchase", "stock_pool", "ledger_posting"}, (name, route, changed))
                    if audience_of(route) == BUYER:
                        self.hold(answer.status_code in (403, 405), (name, route, answer.status_code))

    def test_looking_changes_nothing(self) -> None:
        for name in ("sari", "arif", "ops", None):
            everywhere = set(AUDIENCES)
            for route, _answer, changed in self.walked(name, "GET", everywhere):
                self.hold(changed <= TRACES.get(route, set()), (name, route, changed))

    def test_forms_without_a_token_do_nothing(self) -> None:
        client = self.client_of("sari", enforce_csrf_checks=True)
        for route, pattern in routes():
            if route in WITHOUT_TOKEN or getattr(pattern.callback, "csrf_exempt", False) or route.startswith("admin/"):
                continue
            answer = client.post(self.world.address(route), {})
            self.hold(answer.status_code in (403, 405), (route, answer.status_code))

    def test_notices_without_a_signature_do_nothing(self) -> None:
        for name in (None, "ops"):
            for route, answer, changed in self.walked(name, "POST", {SIGNED}):
                self.hold(answer.status_code in (400, 401, 403, 404), (route, answer.status_code))
                self.hold(not changed, route)
        for path in ("/api/v1/payments/nobody/notices", "/api/v1/carriers/nobody/notices"):
            self.hold(self.client_of(None).post(path, b"{}", content_type="application/json").status_code == 404, ())

    def test_the_operators_pages_are_for_operators(self) -> None:
        found = [route for route, _ in routes() if route.startswith("admin/")]
        values = {"object_id": "1", "content_type_id": "1", "app_label": "orders", "url": "x", "pk": "1"}
        for name in (None, "sari", "arif"):
            client = self.client_of(name)
            for route in found:
                if route in ("admin/login/", "admin/logout/", "admin/jsi18n/") or route.startswith("admin/^"):
                    continue
                address = self.world.address(route, **values)
                for answer in (client.get(address), client.post(address)):
                    self.hold(answer.status_code in (301, 302, 403, 404, 405), (name, route, answer.status_code))
                    self.hold(answer.status_code != 302 or "/login/" in leads_to(answer) or leads_to(answer).startswith("/admin/"), route)
                    self.hold(not text_of(answer).count("RAHASIA"), route)

    def test_a_wrong_address_is_no_accident(self) -> None:
        """Whatever stands where a handle should: an answer, never a failure."""
        strange = ("x", "²", "R" * 25, "R" * 300, "..", "%", "'\"<script>", "-" * 36, "0" * 36, "\n", "999999999999999999999", "名")
        for name in ("sari", "arif"):
            client = self.client_of(name)
            for route in OUR_ROUTES:
                for text in strange if "<" in route else ():
                    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
                    address = self.world.address(route, **dict.fromkeys(names, text))
                    answer = client.get(address)
                    self.hold(answer.status_code < 500, (name, address, answer.status_code))
                    self.hold("<script>'" not in text_of(answer) and "'\"<script>" not in text_of(answer), address)

    def test_strange_questions_are_no_accident(self) -> None:
        strange = ("²", "9" * 30, "9" * 5000, "-1", "a\x00b", "%%", "'", "\\", "x" * 3000, "1e9", "名" * 90, "*:&|!()<->", "NaN", "")
        names = [
            "page",
            "q",
            "category",
            "picture",
            "v",
            "state",
            "show",
            "from",
            "before",
            "method",
            "province",
            "action",
            "business",
            "only",
            "market",
            "order",
            "next",
            "returned",
            "region",
        ]
        for name, audiences in (("sari", {SELLER, OWNER, PERSON}), ("arif", {OFFICER, OVERSEER}), (None, {EVERYBODY, HOLDER, DEMO})):
            client = self.client_of(name)
            for route in OUR_ROUTES:
                if audience_of(route) not in audiences or client.get(self.world.address(route)).status_code == 405:
                    continue
                address = self.world.address(route)
                for text in strange:
                    answer = client.get(address, dict.fromkeys(names, text))
                    self.hold(answer.status_code < 500 or answer.status_code in (502, 503), (name, route, text[:20], answer.status_code))

    def test_strange_forms_are_no_accident(self) -> None:
        strange = ("²", "9" * 30, "-1", "a\x00b", "x" * 3000, "名" * 90, "1e9", "NaN")
        for name in ("sari", "arif", None):
            client = self.client_of(name)
            for route in OUR_ROUTES:
                sent = self.world.posts.get(route, {})
                names = {*sent, *FIELDS.split()}
                for text in strange:
                    with transaction.atomic():
                        answer = client.post(self.world.address(route), dict.fromkeys(names, text))
                        transaction.set_rollback(True)
                    self.hold(answer.status_code < 500 or answer.status_code in (502, 503), (name, route, text[:20], answer.status_code))
                    if answer.status_code == 405:  # it takes no forms, whatever is in them
                        break


def test_the_walls_know_an_open_redirect_when_they_see_one() -> None:
    """What is sent along as `next` leads nowhere else."""
    for where in ("https://evil.example/", "//evil.example/", "/\\evil.example", "http:///evil.example", "javascript:alert(1)"):
        answer = Client().post("/language/", {"language": "en", "next": where})
        assert leads_to(answer) == "/", where

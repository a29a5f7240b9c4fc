"""The demo's orders, one in every state and more: quoted, placed, paid, packed, shipped and released over the real roads.

The sandbox stands in for bank, wallet and courier over HTTP, so its pages know these payments and parcels too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx
from django.conf import settings

from saudagar.checkout import actions as checkout
from saudagar.checkout import tokens
from saudagar.checkout.rules.pricing import Basket, Destination
from saudagar.checkout.rules.promises import Promise
from saudagar.checkout.rules.requests import AddressRequest, BuyerRequest, OrderRequest
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import Area
from saudagar.foundation.walls import across_sellers
from saudagar.markets.models import Listing, Market
from saudagar.orders import actions as orders
from saudagar.orders import rules as life
from saudagar.payments import actions as payments
from saudagar.people.models import User
from saudagar.settlement import actions as settlement
from saudagar.shipping import actions as shipping
from saudagar.storefront.rules import china_name

MARKS = (life.PAID, life.PACKED, life.SHIPPED, life.DELIVERED, life.COMPLETED)


@dataclass(frozen=True, slots=True)
class Customer:
    """An invented buyer. `account`: key of the cast, where the buyer signs in."""

    name: str
    phone: str
    country: str
    region: str  # code: what shipping and taxes go by
    province: str  # as it stands on the parcel
    city: str
    district: str
    line: str
    postal_code: str
    note: str = ""
    identity: str = ""
    account: str = ""


RINA = Customer(
    "Rina",
    "+6281200000004",
    "ID",
    "32.73",
    "Jawa Barat",
    "Bandung",
    "Coblong",
    "Jl. Contoh Dago 14",
    "40135",
    "depan taman",
    account="rina",
)
JOKO = Customer("Joko Contoh", "+6281200000911", "ID", "31.71", "DKI Jakarta", "Jakarta Pusat", "Menteng", "Jl. Contoh Raya 8", "10310")
MARIA = Customer("Maria Contoh", "+6281200000912", "ID", "53.71", "Nusa Tenggara Timur", "Kupang", "Oebobo", "Jl. Contoh Laut 3", "85111")
# The identity numbers have a right check digit and belong to nobody known: born on the first of January 1990, sequence 00x.
CHEN = Customer(
    "陈小明",
    "+8613800138000",
    "CN",
    "31",
    "上海市",
    "上海市",
    "黄浦区",
    "示例路 1 号 2 单元 301 室",
    "200001",
    "",
    "310101199001010012",
    "chen",
)
LIN = Customer("林美美", "+8613800138001", "CN", "44", "广东省", "广州市", "天河区", "示例大道 88 号", "510620", "", "440106199001010021")
# To the world, where customs asks for a number: right by their structure, and given out to nobody known.
JIMIN = Customer("Contoh Jimin", "+821012345678", "KR", "", "", "Seoul", "Jung-gu", "Example-ro 1", "04524", "", "P123456789012")
MEI = Customer("Contoh Mei", "+886912345678", "TW", "", "", "Taipei", "Zhongzheng District", "Example Road 1", "10001", "", "A123456789")

# market, buyer, pieces by SKU, days ago, how far it came. "" = still awaiting payment
STORY: tuple[tuple[str, Customer, Mapping[str, int], float, str], ...] = (
    ("id", RINA, {"KOPI-ARB-250": 2}, 12, life.COMPLETED),
    ("id", JOKO, {"KRP-UDG-250": 3, "SMB-BWG-150": 2}, 11, life.COMPLETED),
    ("cn", CHEN, {"KOPI-HNY-250": 2}, 20, life.COMPLETED),
    ("cn", LIN, {"KRP-UDG-250": 4, "BSK-KLP-200": 2}, 19, life.COMPLETED),
    ("id", MARIA, {"KMJ-L": 1}, 10, life.COMPLETED),
    ("cn", CHEN, {"SLD-MERAH": 1}, 9, life.DELIVERED),
    ("cn", LIN, {"WLT-MNM-6": 1}, 6, life.SHIPPED),
    ("id", RINA, {"KOPI-DRP-10": 1, "KRP-TMP-150": 2}, 4, life.SHIPPED),
    ("world", MEI, {"KAK-BBK-250": 2}, 4, life.SHIPPED),
    ("id", JOKO, {"PALA-100": 1, "CKH-100": 1}, 3, life.DELIVERED),
    ("id", MARIA, {"SONGKET-BC": 1}, 2, life.PACKED),
    ("id", RINA, {"KOPI-ARB-500": 1}, 1, life.PACKED),
    ("world", JIMIN, {"KOPI-ARB-500": 1}, 1, life.PACKED),
    ("cn", CHEN, {"KOPI-DRP-10": 3}, 0.8, life.PAID),
    ("id", JOKO, {"KOPI-ARB-250": 1, "KOPI-HNY-250": 1}, 0.4, life.PAID),
    ("id", MARIA, {"TAS-RTN-20": 1}, 0.3, life.PAID),
    ("id", JOKO, {"BTK-PRG": 1}, 0.2, life.PAID),
    ("id", MARIA, {"MADU-350": 1}, 5, life.EXPIRED),
    ("id", RINA, {"MGS-1000": 2}, 0.01, life.CANCELLED),
    ("id", RINA, {"KOPI-DRP-10": 2}, 0.002, life.AWAITING_PAYMENT),
    ("cn", CHEN, {"CKR-2": 1}, 0.001, life.AWAITING_PAYMENT),
)


def live(cast: dict[str, User], *, at: datetime) -> Iterator[str]:
    """Lives every order as far as the story says; yields what became of each. Needs the sandbox to answer."""
    with httpx.Client(base_url=settings.SANDBOX_URL, timeout=10) as world:
        for market, customer, pieces, days, state in STORY:
            placed_at = at - timedelta(days=days)
            quote = _place(market, customer, pieces, cast, at=placed_at)
            _go_on(quote, state, world, at=at, placed_at=placed_at)
            yield f"{market} {customer.name} {state}"
    orders.expire(at=at)
    settlement.release_over(at=at)


def _place(market: str, customer: Customer, pieces: Mapping[str, int], cast: dict[str, User], *, at: datetime) -> Promise:
    lines = tuple((*_listing(market, sku), quantity) for sku, quantity in pieces.items())
    language = Market.objects.get(code=market).languages[0]
    destination = Destination(customer.country, customer.region, customer.postal_code)
    priced = checkout.quote(Basket(market, destination, lines, language=language), at=at)
    request = OrderRequest(
        quote=tokens.token(priced.quote),
        buyer=BuyerRequest(customer.name, customer.phone, "", customer.identity),
        address=AddressRequest(
            customer.country, customer.line, customer.city, customer.postal_code, _province(customer), customer.district, customer.note
        ),
        payment=priced.quote.methods[0],
    )
    return checkout.place(request, buyer_id=cast[customer.account].pk if customer.account else None, at=at)


@across_sellers
def _listing(market: str, sku: str) -> tuple[UUID, UUID]:
    found = Listing.objects.filter(market_id=market, variant__sku=sku, state=Listing.State.LIVE).values_list("business_id", "id")
    return found[0]


def _go_on(quote: Promise, state: str, world: httpx.Client, *, at: datetime, placed_at: datetime) -> None:
    """From placed to the state wanted, each step a little later."""
    if state == life.CANCELLED:
        for business_id in quote.businesses:
            orders.cancel(business_id, quote.id, reason="buyer_changed_mind", at=placed_at + timedelta(minutes=5))
    if state not in MARKS:
        return
    _pay(quote, world, at=placed_at + timedelta(minutes=3))
    for business_id in quote.businesses:
        _deliver(business_id, quote.id, state, world, placed_at=placed_at, at=at)


def _pay(quote: Promise, world: httpx.Client, *, at: datetime) -> None:
    payment = payments.start(quote.home, quote.id, quote.methods[0], at)
    deed = "pay_silently" if payment.expires_at > now() else "late_silently"  # for the sandbox it is today
    _do(world, f"/tester/payments/{handle(Kind.PAYMENT, payment.business_id, payment.id)}/{deed}")
    payments.check(payment.business_id, payment.id, at=at)


def _deliver(business_id: UUID, order_id: UUID, state: str, world: httpx.Client, *, placed_at: datetime, at: datetime) -> None:
    """Packs, hands over, delivers, as far as `state`."""
    if state == life.PAID:
        return
    orders.pack(business_id, order_id, at=placed_at + timedelta(hours=6))
    parcel = shipping.prepare(business_id, order_id, at=placed_at + timedelta(hours=6))
    parcel = shipping.book(business_id, parcel.id, at=placed_at + timedelta(hours=6))
    if state == life.PACKED:
        return
    _do(world, f"/tester/shipments/{parcel.reference}/picked")
    shipping.ask(business_id, parcel.id, at=placed_at + timedelta(days=1))
    if state == life.SHIPPED:
        return
    _do(world, f"/tester/shipments/{parcel.reference}/delivered")
    shipping.ask(business_id, parcel.id, at=at)
    if state == life.COMPLETED:
        orders.accept(business_id, order_id, at=at)


def _do(world: httpx.Client, path: str) -> None:
    world.post(path, json={}).raise_for_status()


def _province(customer: Customer) -> str:
    """As written on a label: 广东省, Jawa Barat. Municipalities are told by their city."""
    if customer.country == "CN":
        name = china_name(customer.region, "zh-hans")
        return "" if name == customer.city else name
    return Area.objects.filter(code=customer.region[:2]).values_list("name", flat=True).first() or ""

"""Sari's and Dewi's businesses, and orders in every state, as the intake and the payments would have made them."""

from datetime import UTC, datetime, timedelta

from django.db.models import F

from saudagar.foundation.ids import new_id
from saudagar.ledger import actions as ledger
from saudagar.ledger.rules import OrderMoney
from saudagar.markets.models import ExchangeRate, Market
from saudagar.orders.models import Order, Purchase
from saudagar.payments.models import Payment
from saudagar.people.models import User
from saudagar.registry.models import Business, Membership
from saudagar.settlement import actions
from saudagar.settlement.gateways import Answer, Outcome

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def a_market(code="id", **changes):
    facts = {"names": {"id": code}, "countries": ["ID"], "currency": "IDR", "languages": ["id"], "fee_bp": 250, "inspection_days": 2}
    if code == "cn":
        facts |= {"countries": ["CN"], "currency": "CNY", "fee_bp": 500, "inspection_days": 7}
    return Market.objects.update_or_create(code=code, defaults=facts | changes)[0]


def a_business(name="Kopi Gayo Sari", owner="sari@contoh.example", staff="", **facts):
    business = Business.objects.create(name=name, state=Business.State.VERIFIED, **facts)
    for email, role in ((owner, "owner"), (staff, "staff")):
        if email:
            person = User.objects.create_user(email=email, password="rahasia-sekali", name=email.split("@")[0].capitalize())
            Membership.objects.create(business_id=business.pk, user_id=person.pk, role=role)
    return business


def owner_of(business):
    return Membership.objects.get(business_id=business.pk, role="owner").user_id


def an_order(
    business,
    *,
    state="delivered",
    market="id",
    goods=21_400_000,
    shipping=1_800_000,
    tax=0,
    captured=True,
    home=None,
    order_id=None,
    **facts,
):
    """An order with its money in the books where its state says so."""
    market = a_market(market)
    order_id = order_id or new_id()
    moments = {"paid_at": AT, "delivered_at": AT, "inspection_ends_at": AT + timedelta(days=market.inspection_days)}
    if state == "awaiting_payment":
        moments = {}
    order = Order.objects.create(
        id=order_id, business_id=business.pk, purchase_business_id=(home or business).pk, state=state,
        market_code=market.code, currency=market.currency, goods=goods, shipping=shipping, duty=0, tax=tax, total=goods + shipping + tax,
        service="jne-reg", language="id", country=market.countries[0], town="Bandung", buyer_sealed=b"", placed_at=AT - timedelta(days=3),
        pay_by=AT, **({"customs": {}} | moments | facts),
    )  # fmt: skip
    if captured and state in ("paid", "packed", "shipped", "delivered"):
        _paid(order, home or business)
        money = OrderMoney(business.pk, order_id, order.currency, order.total, home_business_id=home.pk if home else None)
        ledger.capture(money, at=AT)
    return order


def _paid(order, home):
    """The purchase and its captured payment; a second order of the same purchase adds to both."""
    purchase, is_new = Purchase.objects.get_or_create(
        id=order.id, business_id=home.pk,
        defaults={"market_code": order.market_code, "currency": order.currency, "total": order.total, "language": "id", "method": "qris",
                  "order_business_ids": [order.business_id], "placed_at": AT, "pay_by": AT},
    )  # fmt: skip
    if is_new:
        Payment.objects.create(
            business_id=home.pk, purchase=purchase, method="qris", gateway="snap_qris", state="captured", amount=order.total,
            currency=order.currency, order_business_ids=[order.business_id], started_at=AT, expires_at=AT, captured_at=AT,
        )  # fmt: skip
    else:
        Payment.objects.filter(business_id=home.pk, purchase_id=order.id).update(amount=F("amount") + order.total)


def a_rate(rate="2250", base="CNY", quote="IDR", at=AT - timedelta(days=4)):
    return ExchangeRate.objects.create(base=base, quote=quote, rate=rate, valid_from=at, source="test")


def an_account(business, number="1234567890"):
    return actions.set_account(business.pk, bank_code="014", number=number, holder="Sari Dewi", by=owner_of(business), at=AT)


class Bank:
    """A gateway that pays once per reference. `says`: what it answers to a new one; `dies`: raised after it has done it."""

    def __init__(self, says=Outcome.ACCEPTED, dies=None):
        self.says, self.dies, self.known, self.asked = says, dies, {}, []

    def pay_out(self, reference, amount, currency, account):
        self.asked.append(reference)
        self.known.setdefault(reference, (amount, currency, account, self.says))
        if self.dies:
            dies, self.dies = self.dies, None
            raise dies
        return self.payout_status(reference)

    def payout_status(self, reference):
        outcome = self.known[reference][3]
        return Answer(outcome, f"B-{reference}", "Account closed" if outcome == Outcome.FAILED else "")

    def becomes(self, outcome):
        self.known = {reference: (*facts[:3], outcome) for reference, facts in self.known.items()}

    @property
    def paid(self):
        return sum(facts[0] for facts in self.known.values() if facts[3] != Outcome.FAILED)

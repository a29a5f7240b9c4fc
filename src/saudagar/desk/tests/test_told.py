"""What sellers are told: new orders to pack, parcels in trouble, each in their own language, and nobody else."""

import pytest

from saudagar.desk import hearers
from saudagar.foundation import outbox
from saudagar.foundation.clock import now
from saudagar.messages.models import Letter, Notice
from saudagar.messages.wording import words
from saudagar.orders import events
from saudagar.orders import queries as orders
from saudagar.orders.models import Order
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.shipping import actions
from saudagar.shipping.carriers import Booking
from saudagar.shipping.rules.life import Told
from saudagar.shipping.tests.cast import AT, CHEN, a_shop, an_order
from saudagar.stock.models import Pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Pool:
    shop = a_shop()
    for name, role, business_id in (
        ("sari", "owner", shop.business_id),
        ("budi", "staff", shop.business_id),
        ("dewi", "owner", a_shop("Batik Dewi").business_id),
    ):
        user = User.objects.create_user(email=f"{name}@contoh.example", name=name)
        user.set_phone(f"+6281200000{User.objects.count():02}", verified_at=AT)
        user.save()
        Membership.objects.create(business_id=business_id, user_id=user.pk, role=role)
    return shop


def who(kind: str) -> list[str]:
    ids = Notice.objects.filter(kind=kind).values_list("user_id", flat=True)
    return sorted(User.objects.filter(pk__in=list(ids)).values_list("name", flat=True))


def test_a_paid_order_is_told_to_all_who_can_pack(shop: Pool):
    order = an_order(shop, CHEN, state="paid")
    events.moved(order.business_id, order.id, "paid", at=AT)
    outbox.deliver({"orders.paid": [hearers.order_paid]}, at=now())
    assert who("desk.order_paid") == ["budi", "sari"]
    notice = Notice.objects.filter(kind="desk.order_paid").first()
    names = orders.names(order)
    assert notice is not None and notice.link == f"/seller/orders/{names.handle}/"
    assert words(notice.kind, notice.facts, "id")[0] == f"Pesanan baru {names.number}, ¥181,00"
    assert words(notice.kind, notice.facts, "zh-hans")[0] == f"新订单 {names.number}，¥181.00"
    assert "陈" not in str(notice.facts)
    assert Letter.objects.filter(kind="desk.order_paid").count() == 1  # the owner's


def test_trouble_on_the_way_is_told(shop: Pool):
    order: Order = an_order(shop)
    parcel = actions.prepare(shop.business_id, order.id, at=AT)
    history = tuple(Told(status, AT) for status in ("confirmed", "picked", "on_hold"))
    actions.take_booking(shop.business_id, parcel.id, Booking("ship1", "SBX0000000001", 0, history), at=AT)
    outbox.deliver({"shipping.trouble": [hearers.parcel_trouble]}, at=now())
    assert who("desk.parcel_trouble") == ["budi", "sari"]
    notice = Notice.objects.filter(kind="desk.parcel_trouble").first()
    assert notice is not None
    assert words(notice.kind, notice.facts, "id") == (
        f"Pesanan {orders.names(order).number}: periksa paketnya",
        "Tertahan di perjalanan.",
    )

"""A seller prints the papers of an order: everything comes from its snapshot and its parcel."""

from datetime import date

from django.test import TestCase

from saudagar.catalogue.models import ProductText, Variant
from saudagar.customs.queries import papers_for, parcel_facts, recomputed
from saudagar.foundation.ids import Kind, handle
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Item, Request, as_data, landed_cost, snapshot
from saudagar.shipping.models import Parcel
from saudagar.shipping.tests.cast import AT, CHEN, RINA, a_shop, an_order


class Papers(TestCase):
    def setUp(self):
        self.shop = a_shop()
        self.business_id = self.shop.business_id
        variant = Variant.objects.get(business_id=self.business_id, id=self.shop.variant_id)
        ProductText.objects.create(
            business_id=self.business_id, product_id=variant.product_id, language="en", title="Roasted Gayo coffee beans"
        )
        self.sari = self.someone("sari@example.test", self.business_id)

    def someone(self, email, business_id):
        user = User.objects.create(email=email)
        Membership.objects.create(business_id=business_id, user_id=user.pk, role=Membership.Role.OWNER)
        return user

    def sold(self, buyer=CHEN):
        """An order with the snapshot that pricing gave it."""
        country, currency = (buyer.address.country, "CNY" if buyer.address.country == "CN" else "IDR")
        goods, freight = (11_360, 6_740) if country == "CN" else (21_400_000, 3_200_000)
        request = Request(
            country, (Item("090121", goods, 2, 500, "ID", "0"),), currency, date(2026, 11, 21), freight=freight, dispatch="ID"
        )
        cost = landed_cost(request, current_rulebook())
        kept = snapshot(request, cost, descriptions={"0": "盖奥烘焙咖啡豆 250 g"}, dispatch_area="11.04")
        order = an_order(self.shop, buyer)
        Order.objects.filter(business_id=self.business_id, id=order.id).update(
            customs=as_data(kept), tax=cost.tax, total=goods + freight + cost.tax
        )
        return order_queries.order(self.business_id, order.id)

    def sent(self, order, **more):
        facts = {"carrier": "pos", "service": "packet", "gross_grams": 600, "item_number": "RR202611218ID", "waybill": "RR202611218ID"}
        return Parcel.objects.create(business_id=self.business_id, order=order, created_at=AT, booked_at=AT, **(facts | more))

    def get(self, order, kind, user=None):
        self.client.force_login(user or self.sari)
        return self.client.get(f"/seller/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers/{kind}.pdf")

    def test_nothing_is_typed_twice(self):
        order = self.sold()
        facts = parcel_facts(order, self.sent(order), current_rulebook())

        (line,) = facts.contents
        assert line.description == "Roasted Gayo coffee beans · 盖奥烘焙咖啡豆 250 g"
        assert (line.hs, line.net_grams, line.value, line.quantity, line.sku) == ("090121", 500, 11_360, 2, "GAYO-250")
        assert (facts.sender.name, facts.sender.postal_code) == ("Kopi Gayo Sari", "24519")
        assert (facts.addressee.name, facts.addressee.country) == ("陈示例", "CN")
        assert (facts.item_number, facts.gross_grams, facts.duty_paid) == ("RR202611218ID", 600, 1_647)

    def test_the_right_form_is_printed(self):
        order = self.sold()
        self.sent(order)
        for kind in ("customs", "cn22", "cn23", "invoice"):
            answer = self.get(order, kind)
            assert answer.status_code == 200, answer.content
            assert answer.content.startswith(b"%PDF-")
        assert 'filename="cn22-' in self.get(order, "customs")["Content-Disposition"]

    def test_which_papers_an_order_needs(self):
        order = self.sold()
        rulebook = current_rulebook()
        assert papers_for(order, None, rulebook) == ("invoice",)
        assert papers_for(order, self.sent(order), rulebook) == ("cn22", "invoice")
        home = self.sold(RINA)
        assert papers_for(home, None, rulebook) == ()

    def test_papers_that_disagree_are_refused(self):
        order = self.sold()
        self.sent(order, gross_grams=499)
        assert self.get(order, "customs").status_code == 409

    def test_there_is_no_customs_paper_at_home(self):
        order = self.sold(RINA)
        assert self.get(order, "invoice").status_code == 409

    def test_an_order_without_snapshot(self):
        assert self.get(an_order(self.shop, CHEN), "invoice").status_code == 422

    def test_another_seller_sees_nothing(self):
        order = self.sold()
        dewi = self.someone("dewi@example.test", a_shop("Batik Dewi").business_id)
        assert self.get(order, "invoice", dewi).status_code == 404

    def test_a_kept_order_is_recomputed_to_the_same_fen(self):
        order = self.sold()
        cost, is_same = recomputed(order)
        assert is_same
        assert (cost.tax, cost.total) == (order.tax, order.total)
        order.tax += 1
        assert not recomputed(order)[1]

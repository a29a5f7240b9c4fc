"""Who takes and who gives back at one time: every piece is there afterwards, and nobody meets an accident."""

import threading

from django.db import connection
from django.test import TransactionTestCase

from saudagar.catalogue.models import Product, Variant
from saudagar.catalogue.tests.cast import a_business
from saudagar.foundation.ids import new_id
from saudagar.registry.models import Outlet
from saudagar.stock import actions
from saudagar.stock.models import Pool
from saudagar.stock.rules import Ask


class TakeAndGive(TransactionTestCase):
    def test_four_at_one_shelf(self) -> None:
        business = a_business()
        product = Product.objects.create(business_id=business.pk)
        variant = Variant.objects.create(business_id=business.pk, product=product, sku="KOPI", price=100, net_grams=250, gross_grams=270)
        outlet = Outlet.objects.create(business_id=business.pk, name="Gudang", kind=Outlet.OutletKind.WAREHOUSE)
        pool = Pool.objects.create(business_id=business.pk, variant=variant, outlet=outlet, country="ID", available=3)
        ready, accidents, served = threading.Barrier(4), [], []

        def take_and_give() -> None:
            try:
                ready.wait(10)
                for _ in range(60):
                    (taken,) = actions.take(business.pk, [Ask(new_id(), pool.pk, 2)]).values()
                    served.append(taken)
                    if taken:
                        actions.release(business.pk, [(pool.pk, 2)])
            except BaseException as accident:
                accidents.append(accident)
            finally:
                connection.close()

        threads = [threading.Thread(target=take_and_give) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not accidents
        assert len(served) == 240 and any(served)
        pool.refresh_from_db()
        assert pool.available == 3

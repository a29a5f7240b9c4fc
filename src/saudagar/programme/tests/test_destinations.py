"""Bu Sari asks where her coffee may go, what is missing and what one bag costs there."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue import queries as products
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.markets import actions as markets
from saudagar.people.models import User
from saudagar.programme import destinations
from saudagar.programme.destinations import Sample
from saudagar.registry.models import Membership

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ASKED = {"hs": "0901.21", "destination": "CN", "date": "2026-11-21"}


@pytest.fixture(autouse=True)
def yuan() -> None:
    markets.enter_rate("CNY", Decimal("2000"), source="test", valid_from=AT, at=AT)


def signed_in(business=None, **user) -> Client:
    person = User.objects.create_user(email=f"user{User.objects.count()}@contoh.example", **user)
    if business is not None:
        Membership.objects.create(business_id=business.pk, user_id=person.pk, role="owner")
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def places(business, product_id, **sample):
    row = products.product(business.pk, product_id, "en")
    facts = {"price": 10_000_000, "net_grams": 250, "gross_grams": 290, "freight": 5_000_000, **sample}
    return {each.code: each for each in destinations.places(row, business, Sample(**facts), at=AT, language="en")}


def way_into(place, mode):
    return next(way for way in (place.best, *place.others) if way.mode == mode)


def test_allowed_where_all_papers_are_there_with_the_landed_cost():
    sari = a_business()
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None), "gacc": ("3", None), "zh_label": ("4", None)})
    found = places(sari, product)["CN"]
    assert found.status == "allowed"
    cost = way_into(found, "cbec").cost
    # 100,000 + 50,000 rupiah = 75 yuan; 9.1 % = 6.825 → 6.83 yuan = 13,660 rupiah, shown whole.
    assert (cost.goods, cost.freight, cost.duty, cost.tax, cost.total) == (10_000_000, 5_000_000, 0, 1_366_000, 16_366_000)


def test_what_is_missing_says_who_gives_it_and_where_to_show_it():
    sari = a_business()
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None)})
    way = way_into(places(sari, product)["CN"], "cbec")
    assert way.status == "allowed_when"
    papers = [paper for need in way.needs for paper in need.papers]
    assert [(paper.key, paper.takes, paper.is_sent) for paper in papers if paper.key == "gacc"] == [
        ("gacc", "3–12 months, valid 5 years", False)
    ]
    assert next(paper.upload for paper in papers if paper.key == "gacc") == "/seller/certificates/?paper=gacc"

    facts = catalogue.CertificateFacts("gacc", "CIDN-1")
    catalogue.submit_certificate(sari.pk, None, facts, by=None, at=AT)
    papers = [paper for need in way_into(places(sari, product)["CN"], "cbec").needs for paper in need.papers]
    assert [paper.is_sent for paper in papers if paper.key == "gacc"] == [True]


def test_home_is_priced_by_the_rate_card_and_contains_its_tax():
    sari = a_business()
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None)})
    home = places(sari, product)["ID"]
    assert (home.status, home.best.cost.tax, home.best.cost.total) == ("allowed", 0, 15_000_000)


def test_the_page_and_the_api_are_the_sellers_own():
    sari, dewi = a_business(), a_business("Toko Dewi")
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None)})
    handle = products.product(sari.pk, product).handle
    mine, other = signed_in(sari), signed_in(dewi)

    page = mine.get(f"/seller/products/{handle}/destinations/?freight=50.000&weight=500+gr")
    assert page.status_code == 200
    assert "GACC registration of the food plant (China)" in page.content.decode()
    assert "500 g as sent" in page.content.decode()
    assert other.get(f"/seller/products/{handle}/destinations/").status_code == 404

    answer = mine.get(f"/api/v1/products/{handle}/markets?freight=5000000").json()
    china = next(each for each in answer["places"] if each["destination"] == "CN")
    retail = next(way for way in china["ways"] if way["mode"] == "cbec")
    assert (answer["hs"], retail["status"]) == ("090121", "allowed_when")
    assert "gacc" in [paper["key"] for need in retail["missing"] for paper in need["any_of"]]
    for client in (other, Client()):
        refused = client.get(f"/api/v1/products/{handle}/markets")
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_product")


def test_a_product_without_hs_code_says_so():
    sari = a_business()
    product, _ = a_coffee(sari, hs_code="", is_ready=False)
    handle = products.product(sari.pk, product).handle
    client = signed_in(sari)
    assert "First fill in the HS code" in client.get(f"/seller/products/{handle}/destinations/").content.decode()
    refused = client.get(f"/api/v1/products/{handle}/markets")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "product_has_no_hs_code")


@pytest.mark.parametrize(
    ("papers", "status", "missing"),
    [
        ([], "allowed_when", True),
        (["gacc", "zh_label"], "allowed", False),
        ({"gacc": "2026-11-20", "zh_label": None}, "allowed_when", True),
    ],
)
def test_anybody_may_ask_by_hs_code(papers, status, missing):
    answer = Client().post("/api/v1/may-sell", {**ASKED, "papers": papers}, content_type="application/json").json()
    assert (answer["status"], any("gacc" in [paper["key"] for paper in each["any_of"]] for each in answer["missing"])) == (status, missing)
    if papers and isinstance(papers, dict):
        assert [each["expired_on"] for each in answer["missing"]] == [str(date(2026, 11, 20))]


@pytest.mark.parametrize(
    ("changes", "code"), [({"hs": "12"}, "bad_hs_code"), ({"destination": "ZZ"}, "unknown_destination"), ({"mode": "x"}, "unknown_mode")]
)
def test_bad_questions_are_refused_by_name(changes, code):
    answer = Client().post("/api/v1/may-sell", {**ASKED, **changes}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_a_ceiling_is_told_by_the_api_and_on_the_page():
    asked = {"hs": "090240", "destination": "JP", "date": "2026-11-21", "papers": ["phytosanitary"]}
    answer = Client(headers={"accept-language": "en"}).post("/api/v1/may-sell", asked, content_type="application/json").json()
    assert answer["status"] == "allowed"
    told = {name: answer["up_to"][name] for name in ("rule", "amount", "currency", "below", "per", "value_basis", "uses")}
    assert told == {
        "rule": "jp-10000-duty",
        "amount": 10_000,
        "currency": "JPY",
        "below": False,
        "per": "order",
        "value_basis": ["freight", "goods", "insurance"],
        "uses": None,
    }
    assert Client().post("/api/v1/may-sell", ASKED, content_type="application/json").json()["up_to"] is None

    sari = a_business()
    product, _ = a_coffee(sari, hs_code="170260", papers={"pirt": ("1", None), "halal": ("2", None)})
    handle = products.product(sari.pk, product).handle
    page = signed_in(sari).get(f"/seller/products/{handle}/destinations/").content.decode()
    assert "Only parcels up to JP¥10,000" in page
    japan = next(each for each in signed_in(sari).get(f"/api/v1/products/{handle}/markets").json()["places"] if each["destination"] == "JP")
    assert japan["ways"][0]["up_to"]["amount"] == 10_000


def test_china_is_judged_by_the_way_of_shops_and_not_by_personal_post():
    sari = a_business()
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None)})
    china = places(sari, product)["CN"]
    assert (china.status, china.best.mode) == ("allowed_when", "cbec")
    post = way_into(china, "post")
    assert (post.status, post.is_trade) == ("allowed", False)
    assert post.limits == ["Limit per order: ¥1,000.00, above it only one indivisible piece"]
    assert [way.mode for way in china.possible] == ["post", "general"]
    assert china.best.limits == [
        "Limit per order: ¥5,000.00, above it only one indivisible piece",
        "Limit per buyer and year: ¥26,000.00",
    ]
    handle = products.product(sari.pk, product).handle
    client = signed_in(sari)
    page = client.get(f"/seller/products/{handle}/destinations/").content.decode()
    assert "Between persons only" in page
    assert "Also possible" in page
    told = next(each for each in client.get(f"/api/v1/products/{handle}/markets").json()["places"] if each["destination"] == "CN")
    assert (told["status"], [(way["mode"], way["trade"]) for way in told["ways"]]) == (
        "allowed_when",
        [("cbec", True), ("post", False), ("general", True)],
    )


def test_where_the_usual_way_is_closed_another_way_of_trade_counts():
    sari = a_business()
    product, _ = a_coffee(sari, hs_code="080450", traits=["fresh"])
    china = places(sari, product)["CN"]
    assert (china.status, china.best.mode) == ("allowed_when", "general")
    assert "cbec" in [way.mode for way in china.closed]


def test_what_the_buyer_must_give_is_a_quiet_line_of_the_page():
    sari = a_business()
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None), "mfds_facility": ("3", None)})
    asked = "Korean customs asks for the buyer&#x27;s personal customs clearance code (PCCC)."
    assert places(sari, product)["KR"].best.buyer[0] == asked.replace("&#x27;", "'")
    handle = products.product(sari.pk, product).handle
    assert asked in signed_in(sari).get(f"/seller/products/{handle}/destinations/").content.decode()


def test_switzerland_is_priced_by_what_the_bag_weighs_when_sent():
    markets.enter_rate("CHF", Decimal("20000"), source="test", valid_from=AT, at=AT)
    sari = a_business()
    product, _ = a_coffee(sari, papers={"pirt": ("1", None), "halal": ("2", None)})

    def duty(gross_grams):
        place = places(sari, product, gross_grams=gross_grams)["CH"]
        return {way.mode: way.cost.duty for way in (place.best, *place.others) if way.cost}

    # 0.29 kg × CHF 63 per 100 kg = CHF 0.18 = 3,600 rupiah, which is not collected from a parcel; 20 kg: CHF 12.60.
    assert duty(290) == {"parcel": 0, "general": 360_000}
    assert duty(20_000) == {"parcel": 25_200_000, "general": 25_200_000}


def test_what_the_seller_states_of_its_origin_is_counted():
    business = a_business()
    product_id, _ = a_coffee(business)
    markets.enter_rate("PHP", Decimal("280"), source="test", valid_from=AT, at=AT)
    usual = places(business, product_id, price=500_000_000)["PH"].best.cost
    assert [saving.saves > 0 for saving in usual.savings] == [True]
    said = catalogue.OriginSaid("WO", "paper", date(2027, 11, 21), is_confirmed=True)
    catalogue.state_origin(business.pk, product_id, "ATIGA", said, by=None, at=AT)
    stated = places(business, product_id, price=500_000_000)["PH"].best.cost
    assert (usual.duty > 0, stated.duty, stated.savings) == (True, 0, [])
    assert usual.total - stated.total == usual.savings[0].saves

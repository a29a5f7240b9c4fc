from django.urls import path, register_converter

from saudagar.storefront.pages import basket, browsing, campaigns, extras, ordering, purchases


class MarketCode:
    """The code of a market in an address; whether there is such a market, the page finds out."""

    regex = "[a-z]{2,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MarketCode, "market")

app_name = "storefront"
urlpatterns = [
    path("", browsing.choose, name="choose"),
    path("robots.txt", extras.robots, name="robots"),
    path("sitemap.xml", extras.sitemap, name="sitemap"),
    path("orders/", purchases.purchases, name="purchases"),
    path("purchases/<str:purchase>/", purchases.purchase, name="purchase"),
    path("purchases/<str:purchase>/orders/<str:order>/acceptance", purchases.acceptance, name="acceptance"),
    path("<market:market>/", browsing.home, name="home"),
    path("<market:market>/search/", browsing.search, name="search"),
    path("<market:market>/p/<str:product>/", browsing.product, name="product"),
    path("<market:market>/makers/<str:business>/", browsing.maker, name="maker"),
    path("<market:market>/campaigns/<slug:campaign>/", campaigns.campaign, name="campaign"),
    path("<market:market>/campaigns/<slug:campaign>/left", campaigns.campaign_left, name="campaign_left"),
    path("<market:market>/basket/", basket.basket, name="basket"),
    path("<market:market>/destination/", basket.destination, name="destination"),
    path("<market:market>/checkout/", ordering.checkout, name="checkout"),
]

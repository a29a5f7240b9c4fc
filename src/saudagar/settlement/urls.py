from django.urls import path

from saudagar.settlement import pages

app_name = "settlement"

urlpatterns = [
    path("seller/money/", pages.money, name="money"),
    path("seller/money/account/", pages.account, name="account"),
    path("seller/money/payouts/<str:payout>/", pages.payout, name="payout"),
    path("seller/money/payouts/<str:payout>/statement.<str:form>", pages.statement, name="statement"),
    path("seller/money/payouts/<str:payout>/attempts", pages.attempts, name="attempts"),
    path("officer/ledger/", pages.proof, name="proof"),
]

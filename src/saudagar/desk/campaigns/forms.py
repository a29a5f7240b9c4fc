"""What officers and sellers fill in about campaigns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saudagar.campaigns.models import Campaign
from saudagar.campaigns.queries import Goods
from saudagar.campaigns.rules.joining import MOST_BP, MOST_NAME, MOST_PIECES, Application, CampaignFacts, Rules
from saudagar.catalogue.forms import ReadField
from saudagar.catalogue.rules import numbers
from saudagar.catalogue.rules.product import best_text
from saudagar.foundation import money
from saudagar.foundation.refusals import spoken
from saudagar.markets import queries as markets

ZONES = [
    ("Asia/Jakarta", "Jakarta (WIB, UTC+7)"),
    ("Asia/Makassar", "Makassar (WITA, UTC+8)"),
    ("Asia/Jayapura", "Jayapura (WIT, UTC+9)"),
    ("Asia/Shanghai", "Shanghai (UTC+8)"),
    ("Asia/Singapore", "Singapore (UTC+8)"),
    ("Asia/Tokyo", "Tokyo (UTC+9)"),
    ("UTC", "UTC"),
]
MOMENT = "%Y-%m-%dT%H:%M:%S"
SOON = timedelta(minutes=2)  # the button that lets an officer try a campaign out


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


def _count(label: Any, *, least: int = 0, most: int = MOST_PIECES, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _percent(label: Any, *, most: int, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=most,
        max_digits=5,
        decimal_places=2,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.5", "autocomplete": "off"}),
    )


class CampaignForm(forms.Form):
    """A campaign, its hours told in its own time zone."""

    name_id = forms.CharField(label=_("Name in Indonesian"), max_length=MOST_NAME)
    name_en = forms.CharField(label=_("Name in English"), max_length=MOST_NAME)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=MOST_NAME)
    code = forms.CharField(
        label=_("Code in its address"), max_length=40, help_text=_("Small letters, digits and dashes: 11-11-2026. It stays.")
    )
    market = forms.ChoiceField(label=_("Market"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    starts_at = _moment(_("Starts"), _("Prices switch at this second."))
    ends_at = _moment(_("Ends"))
    quotes_from = _moment(
        _("Prices ahead from"), _("From here on buyers can prepare basket and address and have the price promised for the start.")
    )
    least_discount = _percent(_("Least discount, %"), most=MOST_BP // 100, help_text=_("Below the ordinary price."))
    least_pieces = _count(_("Least pieces set aside"), least=1)
    least_pictures = _count(_("Least pictures"), most=20)
    most_late = _percent(
        _("Most orders sent late, %"), most=100, help_text=_("Of the last 90 days; late is more than two days after payment.")
    )
    most_per_buyer = _count(_("Most pieces per buyer"), help_text=_("0: each seller decides."))

    about_fields = ("name_id", "name_en", "name_zh", "code", "market")
    hour_fields = ("time_zone", "starts_at", "ends_at", "quotes_from")
    rule_fields = ("least_discount", "least_pieces", "least_pictures", "most_late", "most_per_buyer")

    def __init__(self, *args: Any, campaign: Campaign | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(campaign) if campaign else _usual()
        super().__init__(*args, **kwargs)
        language = get_language()
        choices = [(each.code, best_text(each.names, spoken(language))) for each in markets.open_markets()]
        self.fields["market"].choices = choices  # type: ignore[attr-defined]
        if campaign and campaign.state != Campaign.State.DRAFT:
            for name in ("code", "market"):
                self.fields[name].disabled = True
        if campaign and campaign.time_zone not in dict(ZONES):
            self.fields["time_zone"].choices = [(campaign.time_zone, campaign.time_zone), *ZONES]  # type: ignore[attr-defined]

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in self.about_fields]

    @property
    def hours(self) -> list[forms.BoundField]:
        return [self[name] for name in self.hour_fields]

    @property
    def rules(self) -> list[forms.BoundField]:
        return [self[name] for name in self.rule_fields]

    def facts(self, *, soon_from: datetime | None = None) -> CampaignFacts:
        """What was filled in. soon_from: the campaign begins two minutes after this moment, prices ahead can be had at once, and it
        lasts an hour at least."""
        told = self.cleaned_data
        zone = ZoneInfo(told["time_zone"])
        starts_at, ends_at, quotes_from = (_in_zone(told[name], zone) for name in ("starts_at", "ends_at", "quotes_from"))
        if soon_from:
            quotes_from, starts_at = soon_from, soon_from + SOON
            ends_at = ends_at if starts_at < ends_at < starts_at + timedelta(days=7) else starts_at + timedelta(hours=1)
        return CampaignFacts(
            code=told["code"].strip().lower(),
            market=told["market"],
            names={"id": told["name_id"], "en": told["name_en"], "zh-hans": told["name_zh"]},
            time_zone=told["time_zone"],
            starts_at=starts_at,
            ends_at=ends_at,
            quotes_from=quotes_from,
            rules=Rules(
                least_discount_bp=int(told["least_discount"] * 100),
                least_pieces=told["least_pieces"],
                least_pictures=told["least_pictures"],
                most_late_bp=int(told["most_late"] * 100),
                most_per_buyer=told["most_per_buyer"],
            ),
        )


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """What was typed, read as a clock on the wall of the campaign's zone."""
    return timezone.make_naive(moment).replace(tzinfo=zone).astimezone(UTC)


def _usual() -> dict[str, Any]:
    return {
        "time_zone": "Asia/Jakarta",
        "least_discount": 10,
        "least_pieces": 10,
        "least_pictures": 1,
        "most_late": 10,
        "most_per_buyer": 0,
    }


def _initial(campaign: Campaign) -> dict[str, Any]:
    zone = ZoneInfo(campaign.time_zone)
    return {
        "name_id": campaign.names.get("id", ""),
        "name_en": campaign.names.get("en", ""),
        "name_zh": campaign.names.get("zh-hans", ""),
        "code": campaign.code,
        "market": campaign.market_id,
        "time_zone": campaign.time_zone,
        **{name: getattr(campaign, name).astimezone(zone).strftime(MOMENT) for name in ("starts_at", "ends_at", "quotes_from")},
        "least_discount": _shown_percent(campaign.least_discount_bp),
        "least_pieces": campaign.least_pieces,
        "least_pictures": campaign.least_pictures,
        "most_late": _shown_percent(campaign.most_late_bp),
        "most_per_buyer": campaign.most_per_buyer,
    }


def _shown_percent(basis_points: int) -> str:
    # As a number input wants it, whatever the language.
    return f"{Decimal(basis_points) / 100:g}"


class ApplicationForm(forms.Form):
    """A product offered to a campaign: at which price, how many pieces, how many for one buyer."""

    def __init__(self, *args: Any, goods: Goods, campaign: Campaign, most_price: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        self.fields["price"] = ReadField(
            lambda text: numbers.amount(text, goods.currency),
            label=_("Campaign price"),
            max_length=30,
            help_text=_("At most %(most)s.") % {"most": money.shown(most_price, goods.currency, language)},
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        self.fields["allotment"] = _count(
            _("Pieces set aside"),
            least=1,
            help_text=_("At least %(least)s; %(left)s lie on the shelf. Ordinary shopping cannot buy them.")
            % {"least": campaign.least_pieces, "left": goods.on_shelf},
        )
        most = campaign.most_per_buyer
        self.fields["most_per_buyer"] = _count(
            _("Most pieces per buyer"),
            least=1 if most else 0,
            most=most or MOST_PIECES,
            help_text=(_("At most %(most)s.") % {"most": most}) if most else _("0: no limit."),
        )

    def application(self) -> Application:
        told = self.cleaned_data
        return Application(told["price"], told["allotment"], told["most_per_buyer"])


class DecisionForm(forms.Form):
    """Why an officer refuses."""

    reason = forms.CharField(label=_("Reason, for the sellers"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

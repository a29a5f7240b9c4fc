"""Campaigns and their entries, ready to show on a desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import localize, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from saudagar.campaigns import queries
from saudagar.campaigns.models import Campaign
from saudagar.campaigns.queries import EntryRow, Goods
from saudagar.campaigns.rules.joining import HISTORY
from saudagar.catalogue.rules.product import best_text
from saudagar.foundation import money
from saudagar.foundation.refusals import spoken
from saudagar.look.parts import Bar
from saudagar.orders import queries as orders


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in words. Moments in its own time zone."""

    campaign: Campaign
    name: str
    market: str
    phase: str
    starts_at: datetime
    ends_at: datetime
    quotes_from: datetime
    zone: str
    waiting: int = 0
    approved: int = 0
    refused: int = 0

    @property
    def code(self) -> str:
        return self.campaign.code

    @property
    def rules(self) -> list[str]:
        """What it asks of those who join, as sentences; what is not asked is not said."""
        asked = self.campaign
        said = [_("at least %(percent)s below the ordinary price") % {"percent": percent(asked.least_discount_bp)}]
        said.append(_("at least %(number)s pieces set aside") % {"number": asked.least_pieces})
        if asked.least_pictures:
            said.append(
                ngettext("at least %(number)s picture", "at least %(number)s pictures", asked.least_pictures)
                % {"number": asked.least_pictures}
            )
        if asked.most_late_bp < 10_000:
            said.append(_("at most %(percent)s of the orders sent late") % {"percent": percent(asked.most_late_bp)})
        if asked.most_per_buyer:
            said.append(_("at most %(number)s pieces per buyer") % {"number": asked.most_per_buyer})
        return said


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry in words."""

    row: EntryRow
    price: str
    ordinary: str
    discount: str
    late: str
    broken: Sequence[str]

    @property
    def goods(self) -> Goods:
        return self.row.goods

    @property
    def state(self) -> str:
        return str(self.row.entry.state)

    @property
    def percent_sold(self) -> int:
        left = self.row.left or 0
        return self.row.sold * 100 // (self.row.sold + left) if self.row.sold + left else 0


@dataclass(frozen=True, slots=True)
class Running:
    """How a campaign goes: its sums and its pace."""

    sums: queries.Sums
    percent_sold: int
    pace: str  # pieces per second in the last while
    bars: Sequence[Bar]
    entries: Sequence[EntryView]


def campaign_row(campaign: Campaign, at: datetime, counts: Mapping[tuple[UUID, str], int] | None = None) -> CampaignRow:
    zone, counts = ZoneInfo(campaign.time_zone), counts or {}
    return CampaignRow(
        campaign=campaign,
        name=queries.name(campaign, get_language()),
        market=best_text(campaign.market.names, spoken(get_language())),
        phase=str(queries.phase_of(campaign, at)),
        starts_at=campaign.starts_at.astimezone(zone),
        ends_at=campaign.ends_at.astimezone(zone),
        quotes_from=campaign.quotes_from.astimezone(zone),
        zone=campaign.time_zone.rpartition("/")[2].replace("_", " "),
        waiting=counts.get((campaign.pk, "applied"), 0),
        approved=counts.get((campaign.pk, "approved"), 0),
        refused=counts.get((campaign.pk, "refused"), 0),
    )


def entry_views(rows: Sequence[EntryRow]) -> list[EntryView]:
    language = get_language()
    return [
        EntryView(
            row,
            money.shown(row.entry.price, row.goods.currency, language),
            money.shown(row.goods.ordinary_price, row.goods.currency, language),
            f"{row.discount_bp // 100}%",
            percent(row.late_bp),
            [lack.words[spoken(language)] for lack in row.lacks],
        )
        for row in rows
    ]


def running(campaign: Campaign, at: datetime) -> Running:
    sums = queries.sums(campaign)
    paces = queries.pace(campaign, at=at)
    zone = ZoneInfo(campaign.time_zone)
    every = max(len(paces) // 6, 1)
    bars = [
        # Few labels, or they run into each other; times without seconds say enough.
        Bar(
            f"{moment.astimezone(zone):%H.%M}" if place % every == 0 else "",
            round(rate * 100),
            shown=_("%(number)s/s") % {"number": number_format(float(rate), 1)},
            current=place == len(paces) - 1,
        )
        for place, (moment, rate) in enumerate(paces)
    ]
    return Running(
        sums,
        sums.sold * 100 // sums.allotted if sums.allotted else 0,
        bars[-1].shown if bars else "–",
        bars,
        entry_views(queries.best_sold(campaign, get_language())),
    )


def late_of(business_ids: Sequence[UUID], at: datetime) -> dict[UUID, int]:
    """Share of the orders of the last 90 days that were sent late, basis points."""
    return orders.late_bp(business_ids, since=at - HISTORY, at=at)


def percent(basis_points: int) -> str:
    """1250 as people read it: 12,5%."""
    return f"{localize(basis_points / 100) if basis_points % 100 else basis_points // 100}%"

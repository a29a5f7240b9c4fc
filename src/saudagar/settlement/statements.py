"""A payout's statement as a paper (PDF) and as a table (CSV): the same rows as the page, in the reader's language."""

import csv
import io
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from saudagar.foundation import typesetting
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.money import major, shown
from saudagar.settlement import rules
from saudagar.settlement.models import Payout
from saudagar.settlement.queries import StatementLine, reference


def pdf(payout: Payout, lines: list[StatementLine], *, business: str, language: str) -> bytes:
    """One or more pages A4."""
    facts = {
        "language": language,
        "title": _("Payout statement"),
        "business": business,
        "head": [
            [_("Payout"), handle(Kind.PAYOUT, payout.business_id, payout.id)],
            [_("To"), f"{rules.bank(payout.bank_code).name} …{payout.last_characters}"],
            [_("Paid on"), _day(payout.paid_at)],
            [_("Reference at the bank"), payout.gateway_reference or "–"],
            [_("Attempt"), reference(payout)],
        ],
        "columns": [_("Order"), _("Buyer paid"), _("Shipping"), _("Duty and tax"), _("Goods"), _("Platform fee"), _("You receive")],
        "rows": [_row(line, language) for line in lines],
        "total": [_("Total"), shown(payout.amount, payout.currency, language)],
        "notes": _notes(lines, language),
        "page": _("Page"),
    }
    return typesetting.typeset(_template(), facts, at=payout.requested_at)


def table(payout: Payout, lines: list[StatementLine]) -> str:
    """Comma-separated values; amounts as plain numbers, each beside its currency."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Order"), _("Released"), _("Currency"), _("Buyer paid"), _("Shipping"), _("Duty and tax"), _("Other fees"), _("Goods"),
            _("Platform fee"), _("Exchange rate"), _("Payout currency"), _("PPN contained"), _("PPh 22 withheld"), _("You receive"),
        ]
    )  # fmt: skip
    for line in lines:
        order, release = line.order, line.release
        here = [
            major(amount, order.currency) for amount in (order.total, order.shipping, line.duty_tax, order.fees, line.sold, release.fee)
        ]
        there = [major(amount, release.currency) for amount in (release.contained_vat, release.withheld, release.net)]
        rate = "" if release.rate is None else f"{release.rate.normalize():f}"
        writer.writerow([line.handle, localtime(release.released_at).isoformat(), order.currency, *here, rate, release.currency, *there])
    return out.getvalue()


def _row(line: StatementLine, language: str) -> list[str]:
    order = line.order
    amounts = (order.total, order.shipping, line.duty_tax, line.sold, line.fee_taken)
    return [
        f"{line.number}\n{_day(line.release.released_at)}",
        *(shown(amount, order.currency, language) for amount in amounts),
        shown(line.release.net, line.release.currency, language),
    ]


def _notes(lines: list[StatementLine], language: str) -> list[str]:
    notes = []
    for currency, rate in sorted({(line.order.currency, line.release.rate) for line in lines if line.is_exchanged}):
        one = rules.rate_shown(rate, language)
        notes.append(_("Orders in %(currency)s: exchanged at %(rate)s for 1 %(currency)s, the rate of the day they were priced.")
                     % {"currency": currency, "rate": one})  # fmt: skip
    vat = sum(line.release.contained_vat for line in lines)
    if vat:
        notes.append(_("PPN contained in these goods, for you to declare: %(amount)s.") % {"amount": shown(vat, "IDR", language)})
    withheld = sum(line.release.withheld for line in lines)
    if withheld:
        notes.append(_("PPh 22 withheld for the tax office: %(amount)s.") % {"amount": shown(withheld, "IDR", language)})
    return notes


def _day(moment: datetime | None) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else "–"


@cache
def _template() -> str:
    return (Path(__file__).parent / "typst" / "statement.typ").read_text(encoding="utf-8")


def file_name(payout: Payout, ending: str) -> str:
    return f"saudagar-{handle(Kind.PAYOUT, payout.business_id, payout.id)}.{ending}"


def headers(payout: Payout, ending: str) -> dict[str, Any]:
    return {"Content-Disposition": f'attachment; filename="{file_name(payout, ending)}"'}

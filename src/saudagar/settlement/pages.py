"""The seller's money, and the proof of the ledger."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, parse_handle, short_number
from saudagar.foundation.refusals import Refusal
from saudagar.look.parts import Step
from saudagar.people import limits
from saudagar.registry.access import SellerRequest, owner, seller
from saudagar.settlement import actions, queries, rules, statements
from saudagar.settlement.forms import AccountForm
from saudagar.settlement.models import Payout
from saudagar.settlement.rules import PayoutState

PAGE = 20


@seller
@require_GET
def money(request: SellerRequest) -> HttpResponse:
    """GET /seller/money/: where the money stands, what comes when, what was paid out. `?before=` is the handle of a payout."""
    business_id = request.business.pk
    before = request.GET.get("before")
    rows = queries.payouts(business_id, before=parse_handle(before, Kind.PAYOUT)[1] if before else None, most=PAGE + 1)
    return render(
        request,
        "settlement/money.html",
        {
            "money": queries.money(business_id),
            "account": _account(business_id),
            "upcoming": [{"row": row, "number": short_number(row.order.id)} for row in queries.upcoming(business_id)],
            "waiting": queries.statement_lines(business_id, payout=None),
            "least": rules.LEAST_PAYOUT,
            "payouts": [{"payout": row, "handle": handle(Kind.PAYOUT, business_id, row.id)} for row in rows[:PAGE]],
            "older": handle(Kind.PAYOUT, business_id, rows[PAGE - 1].id) if len(rows) > PAGE else "",
        },
    )


def _account(business_id: UUID) -> dict[str, object] | None:
    kept = queries.account(business_id)
    return (
        None
        if kept is None
        else {"bank": rules.bank(kept.bank_code).name, "shown": "•••• " + kept.last_characters, "changed_at": kept.changed_at}
    )


@owner
@require_http_methods(["GET", "POST"])
def account(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/money/account/: where payouts go. Owners only."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.spend(request, "payout_account")
        try:
            actions.set_account(request.business.pk, **form.cleaned_data, by=request.user.pk, at=now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message(get_language()))
        else:
            messages.success(request, _("Saved. Payouts go to this account from now on."))
            return redirect("settlement:money")
    return render(request, "settlement/account.html", {"form": form, "account": _account(request.business.pk)})


@seller
@require_GET
def payout(request: SellerRequest, payout: str) -> HttpResponse:
    """GET /seller/money/payouts/{payout}/: the statement of one payout."""
    found = queries.payout_by_handle(payout, business_id=request.business.pk)
    lines = queries.statement_lines(request.business.pk, payout=found)
    return render(
        request,
        "settlement/payout.html",
        {
            "payout": found,
            "handle": payout,
            "bank": rules.bank(found.bank_code).name,
            "lines": lines,
            "vat": sum(line.release.contained_vat for line in lines),
            "withheld": sum(line.release.withheld for line in lines),
            "steps": _steps(found),
            "may_retry": found.state in (PayoutState.FAILED, PayoutState.RETURNED) and request.membership.is_owner,
        },
    )


@seller
@require_GET
def statement(request: SellerRequest, payout: str, form: str) -> HttpResponse:
    """GET /seller/money/payouts/{payout}/statement.pdf, .csv: the same to keep."""
    found = queries.payout_by_handle(payout, business_id=request.business.pk)
    lines = queries.statement_lines(request.business.pk, payout=found)
    if form == "csv":
        text = "\ufeff" + statements.table(found, lines)  # the mark tells spreadsheets that it is UTF-8
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=statements.headers(found, "csv"))
    if form != "pdf":
        raise Http404
    paper = statements.pdf(found, lines, business=request.business.name, language=get_language() or "id")
    return HttpResponse(paper, content_type="application/pdf", headers=statements.headers(found, "pdf"))


@owner
@require_POST
def attempts(request: SellerRequest, payout: str) -> HttpResponse:
    """POST /seller/money/payouts/{payout}/attempts: try a failed or returned payout again. Owners only."""
    found = queries.payout_by_handle(payout, business_id=request.business.pk)
    actions.retry(request.business.pk, found.id, by=request.user.pk, at=now())
    messages.success(request, _("We try again now."))
    return redirect("settlement:payout", payout=payout)


def _steps(payout: Payout) -> list[Step]:
    state = payout.state
    rows = [Step(str(_("Put together")), "done", payout.requested_at, icon="wallet")]
    if state == PayoutState.REQUESTED:
        rows.append(Step(str(_("The bank is asked")), "now", icon="bank"))
    elif payout.sent_at:
        rows.append(Step(str(_("Sent to the bank")), "done" if state != PayoutState.SENT else "now", payout.sent_at, icon="bank"))
    if state == PayoutState.FAILED:
        rows.append(Step(str(_("Not paid")), "bad", note=payout.failure, icon="warning"))
    else:
        is_paid = state in (PayoutState.PAID, PayoutState.RETURNED)
        rows.append(Step(str(_("On your account")), "done" if is_paid else "next", payout.paid_at, icon="check"))
    if state == PayoutState.RETURNED:
        rows.append(Step(str(_("Sent back by the bank")), "bad", note=payout.failure, icon="return"))
    return rows


@login_required
@require_GET
def proof(request: HttpRequest) -> HttpResponse:
    """GET /officer/ledger/: is the ledger right? For operators and officers; to others the page does not exist."""
    user = request.user
    if not (getattr(user, "is_operator", False) or getattr(user, "is_officer", False)):
        raise Http404
    checks = queries.proof()
    return render(
        request,
        "settlement/proof.html",
        {"checks": checks, "is_right": all(check.is_right for check in checks), "accounts": queries.account_totals(), "at": now()},
    )

"""Release of money to sellers, and its payout. Each step is one transaction; what asks a gateway stands between two of them."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from saudagar.audit import actions as audit
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sealing import masked, seal, unseal_bytes
from saudagar.ledger import actions as ledger
from saudagar.ledger import queries as books
from saudagar.ledger.rules import Account, Entry
from saudagar.messages import actions as messages
from saudagar.orders import actions as orders
from saudagar.orders import queries as order_queries
from saudagar.orders.rules import WrongState
from saudagar.registry import queries as registry
from saudagar.settlement import events, queries, rules
from saudagar.settlement.gateways import Answer, Outcome, PayoutGateway
from saudagar.settlement.models import Payout, PayoutAccount, Release
from saudagar.settlement.rules import PAYOUT_CURRENCY, NoPayoutAccount, NotInEscrow, PayoutState, WrongPayoutState

log = logging.getLogger(__name__)

SUSPENDED_WAIT = timedelta(hours=1)
MONEY_PAGE = "/seller/money/"


# Release


@transaction.atomic
def release(business_id: UUID, order_id: UUID, *, at: datetime) -> Release:
    """Completes a delivered order and splits its money. The caller knows that the inspection is over.

    Raises UnknownOrder, WrongState (also when it was released before), NotInEscrow, NoExchangeRate.
    """
    order = orders.complete(business_id, order_id, at=at)
    held = books.captured(business_id, order_id, order.currency)
    if held != order.total:
        raise NotInEscrow(order=handle(Kind.ORDER, business_id, order_id), held=held, total=order.total)
    sharing = queries.sharing(order)
    bill, split = sharing.bill, sharing.shares
    ledger.post(business_id, kind="release", reference=str(order_id), entries=rules.release_entries(order_id, bill, split), at=at)
    made = Release.objects.create(
        business_id=business_id,
        order=order,
        released_at=at,
        fee_bp=sharing.fee_bp,
        fee=split.fee,
        seller_share=split.seller,
        rate=None if sharing.rate is None else Decimal(sharing.rate.numerator) / Decimal(sharing.rate.denominator),
        currency=PAYOUT_CURRENCY,
        gross=split.gross,
        contained_vat=sharing.contained_vat,
        withheld=split.withheld,
        net=split.net,
    )
    events.released(made, at=at)
    return made


def release_over(*, at: datetime, most: int = 200) -> int:
    """Releases orders whose inspection is over, each in its own transaction. Returns how many; one that cannot be is logged and left."""
    done = 0
    for business_id, order_id in order_queries.inspections_over(at=at, most=most):
        try:
            release(business_id, order_id, at=at)
            done += 1
        except WrongState:
            pass  # released meanwhile, by the buyer's word or by another worker
        except Refusal as refusal:
            log.error("order %s of business %s is not released: %s", order_id, business_id, refusal)
    return done


# Where the money goes


@transaction.atomic
def set_account(business_id: UUID, *, bank_code: str, number: str, holder: str, by: UUID, at: datetime) -> PayoutAccount:
    """Sets or changes the bank account of a business. All its owners are told, also by letter: a stranger who changes it is noticed.

    Payouts under way keep the account they were made for. Raises UnknownBank, BadAccountNumber.
    """
    account = rules.checked_account(bank_code, number, holder)
    fresh = {
        "sealed": seal(rules.account_bytes(account), rules.ACCOUNT_PURPOSE),
        "bank_code": account.bank_code,
        "last_characters": account.last_characters,
        "changed_at": at,
    }
    # Locked, or made and locked: two who press at once are one after the other.
    kept, is_new = PayoutAccount.objects.select_for_update().get_or_create(business_id=business_id, defaults=fresh)
    before = {} if is_new else {"bank": kept.bank_code, "account": masked("x" * 4 + kept.last_characters)}
    if not is_new:
        for name, value in fresh.items():
            setattr(kept, name, value)
        kept.save()
    shown = masked(account.number)
    audit.note(
        "settlement.account_changed",
        by=by,
        at=at,
        business_id=business_id,
        subject=kept.id,
        facts={"bank": account.bank_code, "account": shown, **({"before": before} if before else {})},
    )
    facts = {"bank": rules.bank(account.bank_code).name, "account": shown}
    messages.notify_all(
        registry.owner_ids(business_id),
        "settlement.account_changed",
        facts,
        at=at,
        business_id=business_id,
        link=MONEY_PAGE,
        by_letter=True,
    )
    return kept


# Payout


@transaction.atomic
def gather(business_id: UUID, *, at: datetime) -> list[Payout]:
    """Puts what was released and is in no payout yet into payouts. Nothing without a bank account, below the least amount, or while
    officers have suspended the business: its money stays where it is until they know."""
    # The account is locked first: two workers that gather for one business wait for each other.
    account = PayoutAccount.objects.select_for_update().filter(business_id=business_id).first()
    if account is None or registry.is_suspended(business_id):
        return []
    waiting = list(Release.objects.filter(business_id=business_id, payout__isnull=True, net__gt=0).order_by("id"))
    made = []
    for rows in rules.portions(waiting):
        payout = Payout.objects.create(
            business_id=business_id,
            currency=PAYOUT_CURRENCY,
            amount=sum(row.net for row in rows),
            sealed=account.sealed,
            bank_code=account.bank_code,
            last_characters=account.last_characters,
            retry_at=at,
            requested_at=at,
        )
        Release.objects.filter(business_id=business_id, id__in=[row.id for row in rows]).update(payout=payout.id)
        made.append(payout)
    return made


def gather_all(*, at: datetime, most: int = 500) -> int:
    """`gather` for every business that has something waiting. Returns how many payouts were made."""
    return sum(len(gather(business_id, at=at)) for business_id in queries.businesses_to_pay(most=most))


def send_due(gateway: PayoutGateway, *, at: datetime, most: int = 100) -> int:
    """Asks the gateway about every open payout whose time has come. Returns how many were asked about."""
    due = queries.payouts_due(at=at, most=most)
    for business_id, payout_id in due:
        send(business_id, payout_id, gateway, at=at)
    return len(due)


def send(business_id: UUID, payout_id: UUID, gateway: PayoutGateway, *, at: datetime) -> Payout:
    """Asks the gateway to pay, or what became of it, and writes down its answer.

    The gateway is asked outside any transaction. If this process dies before the answer is written, the next one asks again under the
    same reference, and the gateway pays once.
    """
    payout = queries.payout(business_id, payout_id)
    if payout.state not in (PayoutState.REQUESTED, PayoutState.SENT):
        return payout
    reference = queries.reference(payout)
    if payout.state == PayoutState.REQUESTED and payout.tries == 0 and registry.is_suspended(business_id):
        # Once the bank was asked, what became of it must be known.
        Payout.objects.filter(business_id=business_id, id=payout_id, tries=0).update(retry_at=at + SUSPENDED_WAIT)
        return payout
    try:
        if payout.state == PayoutState.REQUESTED:
            account = rules.account_of(unseal_bytes(payout.sealed, rules.ACCOUNT_PURPOSE))
            answer = gateway.pay_out(reference, payout.amount, payout.currency, account)
        else:
            answer = gateway.payout_status(reference)
    except Exception as failure:  # a gateway may fail in any way; the payout stays open and is asked about again
        log.warning("payout %s: the gateway did not answer: %r", reference, failure)
        return _ask_again(payout, f"{type(failure).__name__}: {failure}", at=at)
    return record(business_id, payout_id, payout.attempt, answer, at=at)


@transaction.atomic
def record(business_id: UUID, payout_id: UUID, attempt: int, answer: Answer, *, at: datetime) -> Payout:
    """Writes down what the gateway said about one attempt: from its answer or from a notice. A repeated or late word changes nothing."""
    payout = _locked(business_id, payout_id)
    wanted = {Outcome.ACCEPTED: PayoutState.SENT, Outcome.PAID: PayoutState.PAID, Outcome.FAILED: PayoutState.FAILED}[answer.outcome]
    if attempt != payout.attempt or payout.state == wanted or wanted not in rules.FOLLOWS[payout.state]:
        if payout.state == PayoutState.SENT == wanted:
            return _ask_again(payout, "", at=at)
        if wanted == PayoutState.PAID and (attempt, PayoutState.PAID) != (payout.attempt, payout.state):
            log.error("payout %s: paid in attempt %s, but it is %s in attempt %s", payout.id, attempt, payout.state, payout.attempt)
        return payout
    payout.state = wanted
    payout.gateway_reference = answer.gateway_reference[:64] or payout.gateway_reference
    payout.failure = answer.reason[:200] if wanted == PayoutState.FAILED else ""
    payout.sent_at = payout.sent_at or at
    if wanted == PayoutState.SENT:
        payout.tries, payout.retry_at = 0, at + rules.wait(0)
    if wanted == PayoutState.PAID:
        payout.paid_at = at
        _post(payout, kind="payout", sign=1, at=at)
    payout.save()
    _tell(payout, at=at)
    return payout


@transaction.atomic
def take_back(business_id: UUID, payout_id: UUID, *, reason: str, at: datetime) -> Payout:
    """The bank sent a paid payout back: the money is in custody and owed again. Raises UnknownPayout, WrongPayoutState."""
    payout = _locked(business_id, payout_id)
    _may_become(payout, PayoutState.RETURNED)
    payout.state, payout.failure = PayoutState.RETURNED, reason[:200]
    payout.save()
    _post(payout, kind="payout_returned", sign=-1, at=at)
    _tell(payout, at=at)
    return payout


@transaction.atomic
def retry(business_id: UUID, payout_id: UUID, *, by: UUID, at: datetime) -> Payout:
    """Tries a failed or returned payout again, to the account the business has now, under a new reference.

    Raises UnknownPayout, WrongPayoutState, NoPayoutAccount.
    """
    payout = _locked(business_id, payout_id)
    _may_become(payout, PayoutState.REQUESTED)
    account = PayoutAccount.objects.filter(business_id=business_id).first()
    if account is None:
        raise NoPayoutAccount()
    payout.state, payout.attempt, payout.tries, payout.retry_at = PayoutState.REQUESTED, payout.attempt + 1, 0, at
    payout.sealed, payout.bank_code, payout.last_characters = account.sealed, account.bank_code, account.last_characters
    payout.sent_at = payout.paid_at = None
    payout.gateway_reference = ""
    payout.save()
    audit.note("settlement.payout_retried", by=by, at=at, business_id=business_id, subject=queries.reference(payout))
    return payout


def _locked(business_id: UUID, payout_id: UUID) -> Payout:
    payout = Payout.objects.select_for_update().filter(business_id=business_id, id=payout_id).first()
    if payout is None:
        raise rules.UnknownPayout(payout=handle(Kind.PAYOUT, business_id, payout_id))
    return payout


def _may_become(payout: Payout, wanted: str) -> None:
    if wanted not in rules.FOLLOWS[payout.state]:
        raise WrongPayoutState(state=payout.state, wanted=wanted)


def _ask_again(payout: Payout, failure: str, *, at: datetime) -> Payout:
    """Later each time. Only if it has not moved on meanwhile."""
    rows = Payout.objects.filter(business_id=payout.business_id, id=payout.id, state=payout.state, attempt=payout.attempt)
    payout.tries, payout.retry_at, payout.failure = min(payout.tries + 1, 1000), at + rules.wait(payout.tries), failure[:200]
    rows.update(tries=payout.tries, retry_at=payout.retry_at, failure=payout.failure)
    return payout


def _post(payout: Payout, *, kind: str, sign: int, at: datetime) -> None:
    """seller_payable → custody, order by order: the payout traces to what it pays."""
    rows = Release.objects.filter(business_id=payout.business_id, payout=payout.id).order_by("id")
    entries = [Entry(Account.SELLER_PAYABLE, payout.currency, sign * row.net, row.order_id) for row in rows]
    entries.append(Entry(Account.CUSTODY, payout.currency, -sign * payout.amount))
    ledger.post(payout.business_id, kind=kind, reference=f"{payout.id}:{payout.attempt}", entries=entries, at=at)


def _tell(payout: Payout, *, at: datetime) -> None:
    if payout.state == PayoutState.SENT:
        return
    if payout.state == PayoutState.PAID:
        events.paid(payout, at=at)
    else:
        events.not_paid(payout, at=at)
    facts = {
        "amount": payout.amount,
        "currency": payout.currency,
        "bank": rules.bank(payout.bank_code).name,
        "account": "•••• " + payout.last_characters,
        "reason": payout.failure,
    }
    link = f"{MONEY_PAGE}payouts/{handle(Kind.PAYOUT, payout.business_id, payout.id)}/"
    messages.notify_all(
        registry.owner_ids(payout.business_id),
        f"settlement.payout_{payout.state}",
        facts,
        at=at,
        business_id=payout.business_id,
        link=link,
        by_letter=payout.state != PayoutState.PAID,
    )

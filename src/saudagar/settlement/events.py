"""What the settlement tells. Facts are JSON: ids as text, amounts in minor units.

settlement.released        {"order", "net", "currency"}
settlement.payout_paid     {"payout", "amount", "currency"}
settlement.payout_failed   {"payout", "reason"}
settlement.payout_returned {"payout", "reason"}
"""

from datetime import datetime

from saudagar.foundation.outbox import tell
from saudagar.settlement.models import Payout, Release


def released(release: Release, *, at: datetime) -> None:
    """An order's money is the seller's."""
    facts = {"order": str(release.order_id), "net": release.net, "currency": release.currency}
    tell(release.business_id, "settlement.released", facts, at=at)


def paid(payout: Payout, *, at: datetime) -> None:
    """The bank has it."""
    facts = {"payout": str(payout.id), "amount": payout.amount, "currency": payout.currency}
    tell(payout.business_id, "settlement.payout_paid", facts, at=at)


def not_paid(payout: Payout, *, at: datetime) -> None:
    """It failed, or came back: the money is with us and still owed."""
    tell(payout.business_id, f"settlement.payout_{payout.state}", {"payout": str(payout.id), "reason": payout.failure}, at=at)

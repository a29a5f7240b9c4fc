"""The operator's view of payments: nothing is edited, two things can be asked for."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from unfold.admin import ModelAdmin

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.money import shown
from saudagar.foundation.refusals import Refusal
from saudagar.payments import actions
from saudagar.payments.models import Notice, Payment, SettlementFile
from saudagar.payments.models import Refund as RefundRow


class ReadOnly(ModelAdmin):
    """Shown, never edited here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may have money moved."""
        return bool(getattr(request.user, "is_operator", False))


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    list_display = ("reference", "gateway", "money", "state", "started_at", "captured_at", "settled_at")
    list_filter = ("state", "gateway")
    search_fields = ("=gateway_reference",)
    ordering = ("-id",)
    actions = ("give_back",)

    @admin.display(description="Reference")
    def reference(self, payment: Payment) -> str:
        return handle(Kind.PAYMENT, payment.business_id, payment.id)

    @admin.display(description="Amount")
    def money(self, payment: Payment) -> str:
        return shown(payment.amount, payment.currency, get_language())

    @admin.action(description="Give back what did not match", permissions=["operate"])
    def give_back(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        for payment in payments:
            try:
                actions.give_back(payment.business_id, payment.id, at=now())
            except Refusal as refusal:
                self.message_user(request, refusal.message(get_language()), messages.WARNING)


@admin.register(RefundRow)
class RefundAdmin(ReadOnly):
    list_display = ("reference", "money", "reason", "state", "tries", "failure", "owed_at", "paid_at")
    list_filter = ("state", "reason")
    ordering = ("-id",)
    actions = ("send_again",)

    @admin.display(description="Reference")
    def reference(self, refund: RefundRow) -> str:
        return handle(Kind.REFUND, refund.business_id, refund.id)

    @admin.display(description="Amount")
    def money(self, refund: RefundRow) -> str:
        return shown(refund.amount, refund.currency, get_language())

    @admin.action(description="Send refused refunds again", permissions=["operate"])
    def send_again(self, request: HttpRequest, refunds: QuerySet[RefundRow]) -> None:
        for refund in refunds:
            actions.send_again(refund.business_id, refund.id, at=now())


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("payment_reference", "verdict", "times", "received_at")
    list_filter = ("verdict",)
    ordering = ("-id",)

    @admin.display(description="Payment")
    def payment_reference(self, notice: Notice) -> str:
        return handle(Kind.PAYMENT, notice.business_id, notice.payment_id)


@admin.register(SettlementFile)
class SettlementFileAdmin(ReadOnly):
    list_display = ("gateway", "name", "lines", "matched", "read_at")
    list_filter = ("gateway",)

"""How a sign-in code travels, and where somebody lands who has signed in: joins people with messages, registry and audit."""

from datetime import timedelta
from typing import Any

from allauth.core import context
from django.utils.translation import get_language

from saudagar.audit.actions import note
from saudagar.foundation.clock import now
from saudagar.messages import actions as messages
from saudagar.people import limits
from saudagar.people.adapter import AccountAdapter as PeopleAdapter
from saudagar.people.models import User
from saudagar.people.rules import Contact
from saudagar.registry import queries as registry

CODE_IS_GOOD_FOR = timedelta(minutes=5)


class AccountAdapter(PeopleAdapter):
    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._send_code(Contact(phone=phone), code, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == "account/email/login_code":
            self._send_code(Contact(email=email), context["code"], None)
        else:
            super().send_mail(template_prefix, email, context)

    def _send_code(self, to: Contact, code: str, user: User | None) -> None:
        limits.spend(context.request, "send_code", key=to.phone or to.email)
        messages.write(
            to,
            "people.code",
            {"code": code},
            language=get_language() or "id",
            at=now(),
            user_id=user.pk if user else None,
            useful_for=CODE_IS_GOOD_FOR,
        )

    def login(self, request: Any, user: User) -> None:
        super().login(request, user)
        if user.is_officer or user.is_operator:
            note("people.signed_in", by=user.pk, at=now())

    def get_login_redirect_url(self, request: Any) -> str:
        user = request.user
        if user.is_operator:
            return "/admin/"
        if user.is_officer:
            return "/officer/"
        return "/seller/" if registry.memberships(user.pk) or registry.invitations(user) else "/"

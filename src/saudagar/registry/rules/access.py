"""What the API says to those for whom a thing is not. Pages lead to the sign-in instead, or do not exist."""

from saudagar.foundation.refusals import Refusal


class SignInFirst(Refusal):
    """The call needs the session of somebody who is signed in."""

    code = "sign_in_first"
    status = 401
    words = {"id": "Masuk dahulu.", "en": "Please sign in first.", "zh-hans": "请先登录。"}


class NothingHere(Refusal):
    """Or it is not for whoever is signed in."""

    code = "nothing_here"
    status = 404
    words = {"id": "Tidak ada apa-apa di sini.", "en": "There is nothing here.", "zh-hans": "此处没有内容。"}


class TokenMissing(Refusal):
    """A call with a session that changes something carries the token of its CSRF cookie."""

    code = "csrf_token_missing"
    status = 403
    words = {
        "id": "Sertakan isi cookie csrftoken dalam header X-CSRFToken.",
        "en": "Send the value of the cookie csrftoken in the header X-CSRFToken.",
        "zh-hans": "请在请求头 X-CSRFToken 中附上 csrftoken cookie 的值。",
    }

"""How a business becomes a seller, and who may act for it. Pure."""

from collections.abc import Collection

from saudagar.foundation.refusals import Refusal


class IdentityTaken(Refusal):
    """Another business on the platform has this number already. Facts: name."""

    code = "identity_taken"
    status = 409
    words = {
        "id": "{name} ini sudah dipakai usaha lain di sini. Kalau itu nomor Anda, hubungi petugas.",
        "en": "Another business here uses this {name} already. If it is yours, ask an officer.",
        "zh-hans": "该 {name} 已被本平台另一商户使用。如果是您的号码，请联系工作人员。",
    }


class RegistrationIncomplete(Refusal):
    """Something an officer needs is missing. Facts: missing."""

    code = "registration_incomplete"
    status = 409
    words = {
        "id": "Pendaftaran belum lengkap: {missing}.",
        "en": "The registration is not complete: {missing}.",
        "zh-hans": "注册资料不完整：{missing}。",
    }


class StateForbids(Refusal):
    """A business in this state cannot become that. Facts: state, wanted."""

    code = "business_state_forbids"
    status = 409
    words = {
        "id": "Usaha berstatus {state} tidak bisa menjadi {wanted}. Muat ulang halaman ini.",
        "en": "A business that is {state} cannot become {wanted}. Reload this page.",
        "zh-hans": "状态为 {state} 的商户不能变为 {wanted}。请刷新页面。",
    }


class IdentityFixed(Refusal):
    """The identity of a business under review, suspended or verified is not changed any more. No facts."""

    code = "identity_fixed"
    status = 409
    words = {
        "id": "Identitas usaha yang sedang diperiksa atau sudah diverifikasi tidak bisa diubah. Hubungi petugas.",
        "en": "The identity of a business under review or verified cannot be changed. Ask an officer.",
        "zh-hans": "审核中或已认证商户的身份信息不能更改。请联系工作人员。",
    }


def check_identity_open(state: str, *, is_given: bool) -> None:
    """Whether a number of one kind may be given now. is_given: one of this kind was. Raises IdentityFixed.

    >>> check_identity_open("draft", is_given=True), check_identity_open("verified", is_given=False)
    (None, None)
    """
    if state not in ("draft", "refused") and not (state == "verified" and not is_given):
        raise IdentityFixed


class ReasonMissing(Refusal):
    """A refusal without a reason helps nobody. No facts."""

    code = "reason_missing"
    status = 422
    words = {
        "id": "Tulis alasannya supaya pemilik tahu apa yang harus diperbaiki.",
        "en": "Give the reason, so that the owner knows what to mend.",
        "zh-hans": "请写明原因，以便店主知道需要修改什么。",
    }


class LastOwner(Refusal):
    """A business needs an owner. No facts."""

    code = "last_owner"
    status = 409
    words = {
        "id": "Usaha harus punya sedikitnya satu pemilik.",
        "en": "A business needs at least one owner.",
        "zh-hans": "商户至少需要一名店主。",
    }


class AlreadyMember(Refusal):
    """The person acts for this business already. No facts."""

    code = "already_member"
    status = 409
    words = {
        "id": "Orang ini sudah menjadi anggota usaha.",
        "en": "This person is a member of the business already.",
        "zh-hans": "此人已是该商户的成员。",
    }


class LastOutlet(Refusal):
    """A business needs a place that parcels leave from. No facts."""

    code = "last_outlet"
    status = 409
    words = {
        "id": "Usaha harus punya sedikitnya satu tempat pengiriman.",
        "en": "A business needs at least one place that parcels leave from.",
        "zh-hans": "商户至少需要一个发货地点。",
    }


class OutletInUse(Refusal):
    """Stock is kept at this outlet. No facts."""

    code = "outlet_in_use"
    status = 409
    words = {
        "id": "Tempat ini masih menyimpan stok, jadi belum bisa dihapus.",
        "en": "Stock is still kept at this place, so it cannot be removed.",
        "zh-hans": "该地点仍有库存，暂不能删除。",
    }


IDENTITY_KINDS = ("nib", "nik", "npwp")  # one of them is needed; the first one an officer likes best

NEXT = {
    "draft": {"submitted"},
    "submitted": {"verified", "refused"},
    "refused": {"submitted"},
    "verified": {"suspended"},
    "suspended": {"verified"},
}


def may_become(state: str, wanted: str) -> None:
    """Raises StateForbids."""
    if wanted not in NEXT.get(state, ()):
        raise StateForbids(state=state, wanted=wanted)


def missing(*, name: str, identities: Collection[str], outlets: int) -> list[str]:
    """What a registration still needs: "name", "identity", "outlet"."""
    return [what for what, is_there in (("name", name.strip()), ("identity", identities), ("outlet", outlets)) if not is_there]

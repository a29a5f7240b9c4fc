"""QRIS, the Indonesian QR for payments: reading it, and making a payable one from a printed one.

A payload is a row of fields, each a two-digit tag, a two-digit length and a value; the last is a checksum.

sources  EMVCo QRCPS-MPM 1.1; PADG 21/18/PADG/2019 as amended by 24/1/PADG/2022
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stdnum import luhn

from saudagar.foundation.refusals import Refusal

NATIONAL_REPOSITORY = "ID.CO.QRIS.WWW"
STATIC, DYNAMIC = "11", "12"
# What a merchant class is called in field 03 of an account.
CRITERIA = {"UMI": "micro", "UKE": "small", "UME": "medium", "UBE": "large", "URE": "public"}

# (first day, rupiah sen): the most one transaction may carry. Bank Indonesia, 1 March 2022.
LIMITS = ((date(2019, 8, 17), 2_000_000_00), (date(2021, 5, 1), 5_000_000_00), (date(2022, 3, 1), 10_000_000_00))


class QrisMalformed(Refusal):
    """The row of fields does not hold together. Facts: position (characters from the start), reason (English)."""

    code = "qris_malformed"
    status = 422
    words = {
        "id": "Kode QRIS rusak pada posisi {position}: {reason}.",
        "en": "The QRIS code is broken at position {position}: {reason}.",
        "zh-hans": "QRIS 码在第 {position} 位损坏：{reason}。",
    }


class QrisChecksumWrong(Refusal):
    """The checksum does not belong to the text. Facts: found, expected."""

    code = "qris_checksum_wrong"
    status = 422
    words = {
        "id": "Jumlah periksa QRIS {found}, seharusnya {expected}. Pindai ulang kodenya.",
        "en": "The QRIS checksum is {found} and should be {expected}. Scan the code again.",
        "zh-hans": "QRIS 校验码为 {found}，应为 {expected}。请重新扫码。",
    }


class QrisTagRepeated(Refusal):
    """One tag stands twice: which of the two a bank reads is anybody's guess. Facts: tag."""

    code = "qris_tag_repeated"
    status = 422
    words = {
        "id": "Bagian {tag} muncul dua kali dalam kode QRIS.",
        "en": "Field {tag} appears twice in the QRIS code.",
        "zh-hans": "QRIS 码中字段 {tag} 重复出现。",
    }


class QrisFieldWrong(Refusal):
    """A field is missing or holds what it may not. Facts: tag, value."""

    code = "qris_field_wrong"
    status = 422
    words = {
        "id": "Bagian {tag} kode QRIS tidak sah: “{value}”.",
        "en": "Field {tag} of the QRIS code is not valid: “{value}”.",
        "zh-hans": "QRIS 码字段 {tag} 无效：“{value}”。",
    }


class QrisAmountWrong(Refusal):
    """An amount that no bank would take: digits and at most two decimals are allowed. Facts: value."""

    code = "qris_amount_wrong"
    status = 422
    words = {
        "id": "Jumlah “{value}” tidak sah dalam kode QRIS.",
        "en": "The amount “{value}” is not valid in a QRIS code.",
        "zh-hans": "QRIS 码中的金额“{value}”无效。",
    }


class QrisAmountTooHigh(Refusal):
    """More than one QRIS transaction may carry. Facts: limit (rupiah)."""

    code = "qris_amount_too_high"
    status = 422
    words = {
        "id": "Satu transaksi QRIS paling banyak Rp{limit}.",
        "en": "One QRIS transaction may carry at most Rp{limit}.",
        "zh-hans": "单笔 QRIS 交易最高为 Rp{limit}。",
    }


class QrisMerchantNumberWrong(Refusal):
    """The national merchant number fails its check digit: a mistyped or a forged sticker. Facts: number."""

    code = "qris_merchant_number_wrong"
    status = 422
    words = {
        "id": "Nomor merchant nasional {number} tidak sah.",
        "en": "The national merchant number {number} is not valid.",
        "zh-hans": "全国商户号 {number} 无效。",
    }


@dataclass(frozen=True, slots=True)
class Account:
    """One merchant account inside a payload: an acquirer's (tags 26-45) or the national repository's (51)."""

    tag: str
    domain: str  # the acquirer's, reversed: "ID.CO.CONTOH.WWW"
    number: str  # MPAN of an acquirer, NMID of the repository
    merchant_id: str
    criteria: str  # UMI, UKE, …


@dataclass(frozen=True, slots=True)
class Qris:
    """A payload, read. `fields` keeps everything in order, without the checksum, so that nothing unknown is lost."""

    fields: tuple[tuple[str, str], ...]

    def value(self, tag: str) -> str:
        return next((value for found, value in self.fields if found == tag), "")

    @property
    def is_dynamic(self) -> bool:
        return self.value("01") == DYNAMIC

    @property
    def amount(self) -> int | None:
        """Minor units (sen), without a tip; None when the payer types it."""
        return _minor(self.value("54")) if self.value("54") else None

    @property
    def tip_fixed(self) -> int | None:
        return _minor(self.value("56")) if self.value("55") == "02" else None

    @property
    def tip_percent(self) -> str | None:
        return self.value("57") if self.value("55") == "03" else None

    @property
    def total(self) -> int | None:
        """What leaves the payer's pocket, minor units; None while the payer has a say in it."""
        if self.amount is None or self.value("55") == "01":
            return None
        if self.tip_fixed is not None:
            return self.amount + self.tip_fixed
        if self.tip_percent is not None:
            hundredths = _minor(self.tip_percent)
            return self.amount + (self.amount * hundredths + 5_000) // 10_000
        return self.amount

    @property
    def merchant_name(self) -> str:
        return self.value("59")

    @property
    def city(self) -> str:
        return self.value("60")

    @property
    def postal_code(self) -> str:
        return self.value("61")

    @property
    def category_code(self) -> str:
        return self.value("52")

    @property
    def reference(self) -> str:
        return dict(_fields(self.value("62"))).get("05", "")

    @property
    def terminal(self) -> str:
        return dict(_fields(self.value("62"))).get("07", "")

    @property
    def accounts(self) -> tuple[Account, ...]:
        found = []
        for tag, value in self.fields:
            if "26" <= tag <= "51":
                parts = dict(_fields(value))
                national = parts.get("00", "").upper() == NATIONAL_REPOSITORY
                number, merchant_id = (parts.get("02", ""), "") if national else (parts.get("01", ""), parts.get("02", ""))
                found.append(Account(tag, parts.get("00", ""), number, merchant_id, parts.get("03", "")))
        return tuple(found)

    @property
    def merchant_number(self) -> str:
        """NMID, `ID` and 13 digits; empty when the payload carries none."""
        return next((account.number for account in self.accounts if account.domain.upper() == NATIONAL_REPOSITORY), "")

    def payload(self) -> str:
        return _sealed(self.fields)


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE over the UTF-8 bytes, four upper-case hex digits.

    >>> checksum("123456789")
    '29B1'
    """
    register = 0xFFFF
    for byte in text.encode():
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ 0x1021 if register & 0x8000 else register << 1
            register &= 0xFFFF
    return f"{register:04X}"


def parse(text: str) -> Qris:
    """Read a payload, by tag and never by offset; what is doubtful is refused.

    refuses  QrisMalformed, QrisChecksumWrong, QrisTagRepeated, QrisFieldWrong, QrisAmountWrong, QrisMerchantNumberWrong
    """
    text = text.strip()
    if not text.isprintable():
        raise QrisMalformed(position=0, reason="it contains what cannot be printed")
    if len(text) < 12 or text[-8:-4] != "6304":
        raise QrisMalformed(position=max(len(text) - 8, 0), reason="no checksum at the end")
    expected = checksum(text[:-4])
    if text[-4:].upper() != expected:
        raise QrisChecksumWrong(found=text[-4:], expected=expected)
    fields = _fields(text[:-8])
    _check(fields)
    return Qris(tuple(fields))


def dynamic(
    qris: Qris,
    amount: int,
    *,
    tip_fixed: int | None = None,
    tip_percent: str | None = None,
    reference: str | None = None,
    terminal: str | None = None,
) -> Qris:
    """A payload for one amount, from a merchant's printed one.

    Nobody calls back when it is paid, unless the acquirer made the code: treat such a payment as confirmed by hand.

    amount       minor units, > 0
    tip_fixed    minor units the payer gives on top; tip_percent: "0.01" to "99.99" instead
    reference    ≤ 25 characters, field 62-05
    """
    if amount <= 0:
        raise QrisAmountWrong(value=str(amount))
    middle = [("54", _decimal(amount))]
    if tip_fixed is not None:
        middle += [("55", "02"), ("56", _decimal(tip_fixed))]
    elif tip_percent is not None:
        middle += [("55", "03"), ("57", tip_percent)]

    fields: list[tuple[str, str]] = []
    for tag, value in qris.fields:
        if tag == "01":
            fields.append(("01", DYNAMIC))
        elif tag not in {"54", "55", "56", "57", "62"}:
            fields.append((tag, value))
        if tag == "53":
            fields += middle
    if "01" not in dict(fields):
        fields.insert(1, ("01", DYNAMIC))

    more = dict(_fields(qris.value("62")))
    more |= {"05": reference} if reference else {}
    more |= {"07": terminal} if terminal else {}
    if more:
        # 62 stands before the alternative language (64) and vendors' fields (80-99), and after everything else.
        place = next((i for i, (tag, _) in enumerate(fields) if tag > "62"), len(fields))
        fields.insert(place, ("62", "".join(_one(tag, value) for tag, value in sorted(more.items()))))
    _check(fields)
    return Qris(tuple(fields))


def check_limit(amount: int, on: date) -> None:
    """Refuse what is more than one transaction may carry on that day. amount: minor units with the tip."""
    limit = max((since, limit) for since, limit in LIMITS if since <= on)[1]
    if amount > limit:
        raise QrisAmountTooHigh(limit=f"{limit // 100:,}".replace(",", "."))


def full_card_number(mpan: str) -> str:
    """The whole merchant PAN: a QRIS carries 18 digits, the network adds the Luhn digit.

    >>> full_card_number("936008860000000042")
    '9360088600000000423'
    """
    return mpan + luhn.calc_check_digit(mpan) if len(mpan) == 18 else mpan


def _fields(text: str) -> list[tuple[str, str]]:
    """Tag and value of each field. Lengths count characters by the book; some issuers count bytes, so a text that
    only holds together that way is taken that way (the checksum has vouched for it)."""
    try:
        return _read(text)
    except QrisMalformed:
        if text.isascii():
            raise
        by_bytes = _read(text.encode().decode("latin-1"))
        try:
            return [(tag, value.encode("latin-1").decode()) for tag, value in by_bytes]
        except UnicodeDecodeError:
            raise QrisMalformed(position=0, reason="a length cuts a character in two") from None


def _read(text: str) -> list[tuple[str, str]]:
    fields, seen, at = [], set(), 0
    while at < len(text):
        head = text[at : at + 4]
        if not re.fullmatch("[0-9]{4}", head):
            raise QrisMalformed(position=at, reason="a tag and a length were expected")
        tag, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if length == 0 or len(value) < length:
            raise QrisMalformed(position=at, reason="a field is shorter than it says")
        if tag in seen:
            raise QrisTagRepeated(tag=tag)
        seen.add(tag)
        fields.append((tag, value))
        at += 4 + length
    return fields


def _check(fields: Sequence[tuple[str, str]]) -> None:
    found = dict(fields)
    if not fields or fields[0] != ("00", "01"):
        raise QrisFieldWrong(tag="00", value=found.get("00", ""))
    for tag, form in _FORMS.items():
        if tag in found and not re.fullmatch(form, found[tag]):
            raise QrisFieldWrong(tag=tag, value=found[tag])
    for tag in ("52", "53", "58", "59", "60"):
        if tag not in found:
            raise QrisFieldWrong(tag=tag, value="")
    for tag in ("54", "56"):
        if tag in found and not (re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", found[tag]) and _minor(found[tag]) > 0):
            raise QrisAmountWrong(value=found[tag])
    tips = {"02": ("56", "57"), "03": ("57", "56")}.get(found.get("55", ""))
    if tips and (tips[0] not in found or tips[1] in found):
        raise QrisFieldWrong(tag=tips[0], value=found.get(tips[0], ""))

    qris = Qris(tuple(fields))
    accounts = qris.accounts
    if not accounts and not any("02" <= tag <= "25" for tag in found):
        raise QrisFieldWrong(tag="26", value="")
    for account in accounts:
        if not account.domain:
            raise QrisFieldWrong(tag=account.tag, value=found[account.tag])
        if account.criteria and account.criteria not in CRITERIA:
            raise QrisFieldWrong(tag=f"{account.tag}-03", value=account.criteria)
        if account.domain.upper() == NATIONAL_REPOSITORY:
            if not re.fullmatch("ID[0-9]{13}", account.number) or not luhn.is_valid(account.number[2:]):
                raise QrisMerchantNumberWrong(number=account.number)
        elif account.number and not re.fullmatch("[0-9]{16,19}", account.number):
            raise QrisFieldWrong(tag=f"{account.tag}-01", value=account.number)
    _fields(found.get("62", ""))  # refuses what does not hold together, and a repeated tag


_FORMS = {
    "01": f"{STATIC}|{DYNAMIC}",
    "52": "[0-9]{4}",
    "53": "360",
    "55": "0[123]",
    "57": r"(?!0*\.?0*$)[0-9]{1,2}(\.[0-9]{1,2})?",
    "58": "ID",
    "61": "[0-9A-Za-z -]{1,10}",
}


def _minor(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


def _decimal(amount: int) -> str:
    whole, sen = divmod(amount, 100)
    return f"{whole}.{sen:02d}" if sen else str(whole)


def _one(tag: str, value: str) -> str:
    if not 0 < len(value) <= 99:
        raise QrisFieldWrong(tag=tag, value=value)
    return f"{tag}{len(value):02d}{value}"


def _sealed(fields: Sequence[tuple[str, str]]) -> str:
    text = "".join(_one(tag, value) for tag, value in fields) + "6304"
    return text + checksum(text)

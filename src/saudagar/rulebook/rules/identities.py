"""What a destination's customs may ask of a buyer: kinds of identity number, checked by structure alone. Pure.

A requirement of the buyer names a kind (`identity = "kr-pccc"`). Whether a number was given out, and to whom, only the office knows
that gave it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stdnum import exceptions
from stdnum.cn import ric
from stdnum.in_ import epic, pan
from stdnum.tr import tckimlik

NOT_WRITTEN = re.compile(r"[\s.\-/]+")
PASSPORT = re.compile(r"(?=.*[A-Z])(?=(?:.*\d){5})[A-Z0-9]{6,9}")
PCCC = re.compile(r"P\d{12}")
TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their numbers, from 10


class WrongIdentity(ValueError):
    """Not a number of its kind."""


@dataclass(frozen=True, slots=True)
class IdentityKind:
    """names: what it is called; help: what it looks like and where it is had. Both in three languages."""

    key: str
    names: Mapping[str, str]
    help: Mapping[str, str]
    on_paper: str  # what a postal form calls it; "" where no form names it
    read: Callable[[str], str]  # as it is kept, or WrongIdentity
    by_mobile: str = ""  # country whose mobile number the buyer must give besides: customs writes to it


def compact(text: str) -> str:
    """Without what people write between digits, in capitals.

    >>> compact(" p123-4567 8901-2 ")
    'P123456789012'
    """
    return NOT_WRITTEN.sub("", text).upper()


def _by(validate: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return validate(compact(text))
        except exceptions.ValidationError:
            raise WrongIdentity(text[:2]) from None

    return read


def pccc(text: str) -> str:
    """Korea's personal customs clearance code: P and 12 digits. Its check digit is not published.

    >>> pccc("p123456789012")
    'P123456789012'
    """
    found = compact(text)
    if not (PCCC.fullmatch(found) and found.isascii()):
        raise WrongIdentity(found[:2])
    return found


def taiwan_id(text: str) -> str:
    """Number of an identity card, or of a resident certificate (ARC) old (two letters) or new (8 or 9 after the letter).

    >>> taiwan_id("A123456789"), taiwan_id("a800000014"), taiwan_id("AC01234567")
    ('A123456789', 'A800000014', 'AC01234567')
    """
    found = compact(text)
    if not (re.fullmatch(r"[A-Z][1289A-D]\d{8}", found) and found.isascii()):
        raise WrongIdentity(found[:2])
    first = TAIWAN_LETTERS.index(found[0]) + 10
    second = int(found[1]) if found[1].isdigit() else (TAIWAN_LETTERS.index(found[1]) + 10) % 10
    digits = [first // 10, first % 10, second, *(int(digit) for digit in found[2:])]
    if sum(digit * weight for digit, weight in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10:
        raise WrongIdentity(found[:2])
    return found


def _first_that_reads(*ways: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        for way in ways:
            try:
                return way(text)
            except WrongIdentity:
                continue
        raise WrongIdentity(text[:2])

    return read


def passport(text: str) -> str:
    """Six to nine letters and digits, five of them digits: as much as all passports share.

    >>> passport("K 1234567")
    'K1234567'
    """
    found = compact(text)
    if not (found.isascii() and PASSPORT.fullmatch(found)):
        raise WrongIdentity(found[:2])
    return found


KINDS: Mapping[str, IdentityKind] = {
    kind.key: kind
    for kind in (
        IdentityKind(
            "cn-ric",
            {
                "id": "Nomor identitas pembeli (18 angka)",
                "en": "Identity number of the buyer (18 digits)",
                "zh-hans": "订购人身份证号",
            },
            {
                "id": "Bea cukai Tiongkok memproses paket atas nama dan nomor identitas orang yang membayar.",
                "en": "Chinese customs clears the parcel on the name and number of the person who pays.",
                "zh-hans": "中国海关按付款人的姓名和身份证号办理清关。",
            },
            "",
            _by(ric.validate),
        ),
        IdentityKind(
            "kr-pccc",
            {
                "id": "Kode bea cukai pribadi Korea (PCCC)",
                "en": "Personal customs clearance code (PCCC)",
                "zh-hans": "个人通关固有编号（PCCC）",
            },
            {
                "id": "Huruf P dan 12 angka. Gratis dan langsung jadi di unipass.customs.go.kr; nama dan telepon harus sama.",
                "en": "The letter P and 12 digits. Free and at once at unipass.customs.go.kr; name and phone must be the same.",
                "zh-hans": "字母 P 加 12 位数字。可在 unipass.customs.go.kr 免费即时申请；姓名和电话须一致。",
            },
            "PCCC",
            pccc,
        ),
        IdentityKind(
            "tw-id",
            {
                "id": "Nomor KTP Taiwan atau ARC",
                "en": "Taiwan identity card or ARC number",
                "zh-hans": "台湾身份证或居留证号码",
            },
            {
                "id": "Satu huruf dan 9 angka. Telepon di atas harus nomor HP Taiwan (09…) yang terdaftar di aplikasi EZ WAY (易利委); "
                "konfirmasikan paket di sana.",
                "en": "One letter and 9 digits. The phone above must be the Taiwan mobile number (09…) that is registered in the app "
                "EZ WAY (易利委); confirm the parcel there.",
                "zh-hans": "一个字母加 9 位数字。上方电话须为在 EZ WAY（易利委）登记的台湾手机号（09…）；请在该应用确认包裹。",
            },
            "EZ WAY",
            taiwan_id,
            by_mobile="TW",
        ),
        IdentityKind(
            "in-kyc",
            {
                "id": "Nomor PAN, paspor, atau kartu pemilih (India)",
                "en": "PAN, passport or voter's card number (India)",
                "zh-hans": "印度 PAN、护照或选民证号码",
            },
            {
                "id": "Salah satunya cukup untuk KYC bea cukai India. Jangan menulis nomor Aadhaar.",
                "en": "One of them is enough for the KYC of Indian customs. Do not give the Aadhaar number.",
                "zh-hans": "任一号码即可满足印度海关 KYC 要求，请勿填写 Aadhaar 号码。",
            },
            "KYC",
            _first_that_reads(_by(pan.validate), _by(epic.validate), passport),
        ),
        IdentityKind(
            "tr-kimlik",
            {
                "id": "Nomor identitas Turki (T.C. kimlik no.) atau paspor",
                "en": "Turkish identity number (T.C. kimlik no.) or passport number",
                "zh-hans": "土耳其身份证号（T.C. kimlik no.）或护照号",
            },
            {
                "id": "11 angka di kartu identitas; orang asing: nomor paspor.",
                "en": "The 11 digits on the identity card; foreigners: the passport number.",
                "zh-hans": "身份证上的 11 位数字；外国人填写护照号。",
            },
            "T.C. kimlik no.",
            _first_that_reads(_by(tckimlik.validate), passport),
        ),
    )
}

# Rulebooks from before requirements named a kind: this paper meant this number.
BY_PAPER: Mapping[str, str] = {"buyer_identity": "cn-ric"}

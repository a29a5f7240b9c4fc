"""The acquirer's side of QRIS: it makes dynamic codes for its merchants. All numbers are invented."""

import binascii


def field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def dynamic(*, amount: str, merchant: str, city: str, reference: str) -> str:
    """amount: "25000" or "25000.50"; reference: up to 25 characters, tag 62-05."""
    acquirer = field("00", "ID.CO.CONTOH.WWW") + field("01", "936009980000000017") + field("02", "000000017") + field("03", "UMI")
    national = field("00", "ID.CO.QRIS.WWW") + field("02", "ID1026000000012") + field("03", "UMI")
    payload = (
        field("00", "01")
        + field("01", "12")
        + field("26", acquirer)
        + field("51", national)
        + field("52", "5499")
        + field("53", "360")
        + field("54", amount)
        + field("58", "ID")
        + field("59", merchant[:25].strip() or "SAUDAGAR")
        + field("60", city[:15].strip() or "JAKARTA")
        + field("61", "10110")
        + field("62", field("05", reference[:25]) + field("07", "A01"))
        + "6304"
    )
    return f"{payload}{binascii.crc_hqx(payload.encode(), 0xFFFF):04X}"

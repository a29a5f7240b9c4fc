"""What a paper may lack: in words, and where it is mended. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saudagar.foundation.refusals import spoken

# Where a person goes to mend it: the page is chosen by whoever shows it.
BUSINESS, PRODUCT, CERTIFICATES, DETAILS, PARCEL, ORDER, CONSIGNMENT, PLATFORM = (
    "business",
    "product",
    "certificates",
    "paper_details",
    "parcel",
    "order",
    "consignment",
    "platform",
)

# code: (where, id, en, zh-hans)
LACKS: Mapping[str, tuple[str, str, str, str]] = {
    "snapshot": (ORDER, "catatan pabean pesanan", "customs snapshot of the order", "订单的海关快照"),
    "item_number": (PARCEL, "nomor kiriman", "item number", "邮件号码"),
    "sender_name": (BUSINESS, "nama pengirim", "sender's name", "寄件人姓名"),
    "sender_address": (BUSINESS, "alamat pengirim", "sender's address", "寄件人地址"),
    "sender_phone": (BUSINESS, "telepon pengirim", "sender's telephone", "寄件人电话"),
    "addressee_name": (ORDER, "nama penerima", "addressee's name", "收件人姓名"),
    "addressee_address": (ORDER, "alamat penerima", "addressee's address", "收件人地址"),
    "addressee_phone": (ORDER, "telepon penerima", "addressee's telephone", "收件人电话"),
    "contents": (ORDER, "isi kiriman", "contents", "内件"),
    "gross_weight": (PARCEL, "berat kotor", "gross weight", "毛重"),
    "description": (PRODUCT, "uraian barang", "description", "品名"),
    "hs": (PRODUCT, "kode HS", "HS code", "HS 编码"),
    "net_weight": (PRODUCT, "berat bersih", "net weight", "净重"),
    "value": (ORDER, "nilai", "value", "价值"),
    "quantity": (ORDER, "jumlah", "quantity", "数量"),
    "origin": (PRODUCT, "negara asal", "country of origin", "原产国"),
    "seller_tax_id": (BUSINESS, "NPWP atau NIK penjual", "seller's NPWP or NIK", "卖家税号（NPWP 或 NIK）"),
    "platform_number": (
        PLATFORM,
        "nomor registrasi platform {detail}",
        "the platform's registration number {detail}",
        "平台登记号 {detail}",
    ),
    "criterion": (DETAILS, "kriteria asal barang", "origin criterion", "原产地标准"),
    "regional_value": (DETAILS, "persentase nilai kandungan regional", "regional value content in per cent", "区域价值成分百分比"),
    "title_zh": (PRODUCT, "nama produk dalam bahasa Mandarin", "product name in Chinese", "中文品名"),
    "ingredients": (DETAILS, "komposisi dalam bahasa Mandarin", "ingredients in Chinese", "中文配料表"),
    "storage": (DETAILS, "cara simpan dalam bahasa Mandarin", "storage conditions in Chinese", "中文贮存条件"),
    "shelf_life": (DETAILS, "masa simpan", "shelf life", "保质期"),
    "importer": (DETAILS, "importir atau agen di Tiongkok", "importer or agent in China", "境内进口商或代理商"),
    "gacc": (PRODUCT, "nomor registrasi GACC pabrik", "GACC registration number of the plant", "境外生产企业在华注册编号"),
    "certificate": (
        CERTIFICATES,
        "nomornya, diterima petugas",
        "its number, accepted by an officer",
        "证书号码（须经官员接受）",
    ),
    "flash_point": (DETAILS, "titik nyala", "flash point", "闪点"),
    "density": (DETAILS, "massa jenis", "density", "密度"),
    "watt_hours": (DETAILS, "watt-jam baterai", "watt-hours of the battery", "电池瓦时"),
    "sds": (
        CERTIFICATES,
        "lembar data keselamatan (SDS), diterima petugas",
        "safety data sheet (SDS), accepted by an officer",
        "安全数据表（SDS，须经官员接受）",
    ),
    "payment": (ORDER, "pembayaran pesanan", "payment of the order", "订单支付信息"),
    "parcels": (CONSIGNMENT, "pesanan dalam konsinyasi", "orders in the consignment", "集运中的订单"),
    "consignee": (CONSIGNMENT, "penerima konsinyasi", "consignee of the consignment", "集运收货人"),
    "exporter": (CONSIGNMENT, "eksportir konsinyasi", "exporter of the consignment", "集运出口商"),
}
_COLUMN = {"id": 1, "en": 2, "zh-hans": 3}


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing. line: of the contents, from 1; 0 = of the whole. parcel: item or order number in a consignment.

    product: handle of the product it is mended on; name: what people call that, where lines have been put together.
    """

    code: str
    line: int = 0
    detail: str = ""
    parcel: str = ""
    product: str = ""
    name: str = ""

    @property
    def where(self) -> str:
        return LACKS[self.code][0]

    def words(self, language: str | None = "en") -> str:
        """
        >>> Lack("hs", 2).words("en"), Lack("hs", 2).words("id"), Lack("gross_weight", parcel="7K2M9").words("en")
        ('HS code (line 2)', 'kode HS (baris 2)', 'gross weight (7K2M9)')
        """
        reads = spoken(language)
        text = LACKS[self.code][_COLUMN[reads]].format(detail=self.detail)
        line = {"id": f"baris {self.line}", "en": f"line {self.line}", "zh-hans": f"第 {self.line} 行"}[reads] if self.line else ""
        place = ", ".join(part for part in (self.parcel, self.name, line) if part)
        return f"{text} ({place})" if place else text

    def data(self, language: str | None = "en") -> dict[str, Any]:
        found: dict[str, Any] = {"what": self.code, "words": self.words(language), "where": self.where}
        if self.line:
            found["line"] = self.line
        if self.product:
            found["product"] = self.product
        return found

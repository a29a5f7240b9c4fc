"""The words printed on papers: English, and beside it the language of the destination, or Indonesian on the seller's copy. Pure."""

from collections.abc import Mapping

# Which second language a destination reads. The others read English; a font for their scripts does not ship.
READ_IN = {
    **dict.fromkeys(("CN", "HK", "TW", "MO", "SG"), "zh"),
    **dict.fromkeys(("FR", "BE", "LU"), "fr"),
    **dict.fromkeys(("DE", "AT", "CH", "LI"), "de"),
    **dict.fromkeys(("ES", "MX"), "es"),
    "ID": "id",
}
LANGUAGES = ("id", "zh", "fr", "de", "es")

# key: en, id, zh, fr, de, es
_WORDS = {
    "invoice": ("Commercial invoice", "Faktur komersial", "商业发票", "Facture commerciale", "Handelsrechnung", "Factura comercial"),
    "proforma": ("Proforma invoice", "Faktur proforma", "形式发票", "Facture pro forma", "Proformarechnung", "Factura proforma"),
    "packing_list": ("Packing list", "Daftar kemasan", "装箱单", "Liste de colisage", "Packliste", "Lista de empaque"),
    "number": ("Invoice no.", "No. faktur", "发票号", "N° de facture", "Rechnungsnr.", "N.º de factura"),
    "date": ("Date", "Tanggal", "日期", "Date", "Datum", "Fecha"),
    "order": ("Order", "Pesanan", "订单", "Commande", "Bestellung", "Pedido"),
    "ordered": ("ordered on", "dipesan", "下单日期", "commandé le", "bestellt am", "pedido el"),
    "seller": (
        "Seller, exporter",
        "Penjual, eksportir",
        "卖方/出口商",
        "Vendeur, exportateur",
        "Verkäufer, Ausführer",
        "Vendedor, exportador",
    ),
    "buyer": (
        "Buyer, consignee",
        "Pembeli, penerima",
        "买方/收货人",
        "Acheteur, destinataire",
        "Käufer, Empfänger",
        "Comprador, destinatario",
    ),
    "consignee": ("Consignee", "Penerima", "收货人", "Destinataire", "Empfänger", "Destinatario"),
    "phone": ("Tel.", "Telp.", "电话", "Tél.", "Tel.", "Tel."),
    "terms": (
        "Terms (Incoterms 2020)",
        "Syarat (Incoterms 2020)",
        "贸易术语",
        "Conditions (Incoterms 2020)",
        "Bedingungen (Incoterms 2020)",
        "Términos (Incoterms 2020)",
    ),
    "parcel": ("Parcel", "Paket", "包裹", "Colis", "Paket", "Paquete"),
    "net": ("net", "bersih", "净重", "net", "netto", "neto"),
    "gross": ("gross", "kotor", "毛重", "brut", "brutto", "bruto"),
    "description": ("Description, SKU", "Uraian, SKU", "品名与规格", "Désignation, référence", "Bezeichnung, SKU", "Descripción, SKU"),
    "hs": ("HS code", "Kode HS", "HS 编码", "Code SH", "HS-Nr.", "Código SA"),
    "origin": ("Origin", "Asal", "原产国", "Origine", "Ursprung", "Origen"),
    "pieces": ("Pieces", "Jumlah", "数量", "Quantité", "Stück", "Piezas"),
    "net_kg": ("Net kg", "Bersih kg", "净重 kg", "Net kg", "Netto kg", "Neto kg"),
    "gross_kg": ("Gross kg", "Kotor kg", "毛重 kg", "Brut kg", "Brutto kg", "Bruto kg"),
    "unit_price": ("Unit price", "Harga satuan", "单价", "Prix unitaire", "Einzelpreis", "Precio unitario"),
    "amount": ("Amount", "Jumlah harga", "金额", "Montant", "Betrag", "Importe"),
    "goods": ("Goods", "Barang", "货值", "Marchandises", "Waren", "Mercancías"),
    "discount": (
        "Discount, taken off above",
        "Diskon, sudah dipotong",
        "折扣（已扣除）",
        "Remise, déjà déduite",
        "Rabatt, schon abgezogen",
        "Descuento, ya deducido",
    ),
    "freight": ("Freight", "Ongkos kirim", "运费", "Fret", "Fracht", "Flete"),
    "insurance": ("Insurance", "Asuransi", "保险费", "Assurance", "Versicherung", "Seguro"),
    "fees": ("Fees", "Biaya", "费用", "Frais", "Gebühren", "Tasas"),
    "duty": (
        "Import duty, paid",
        "Bea masuk, dibayar",
        "进口关税（已付）",
        "Droits de douane, payés",
        "Zoll, bezahlt",
        "Derechos, pagados",
    ),
    "tax": (
        "Import tax, paid",
        "Pajak impor, dibayar",
        "进口税（已付）",
        "Taxes à l'importation, payées",
        "Einfuhrsteuer, bezahlt",
        "Impuestos, pagados",
    ),
    "total": ("Total", "Total", "合计", "Total", "Gesamt", "Total"),
    "packages": ("Packages", "Kemasan", "件数", "Colis", "Packstücke", "Bultos"),
    "package": ("Package", "Kemasan", "包装", "Colis", "Packstück", "Bulto"),
    "marks": ("Marks and numbers", "Merek dan nomor", "唛头", "Marques et numéros", "Zeichen und Nummern", "Marcas y números"),
    "size": ("Size, cm", "Ukuran, cm", "尺寸 cm", "Dimensions, cm", "Maße, cm", "Medidas, cm"),
    "volume": ("Volume, m³", "Volume, m³", "体积 m³", "Volume, m³", "Volumen, m³", "Volumen, m³"),
    "transport": ("Transport", "Pengangkutan", "运输", "Transport", "Beförderung", "Transporte"),
    "loading": ("From", "Dari", "起运地", "De", "Von", "Desde"),
    "discharge": ("To", "Ke", "目的地", "À", "Nach", "Hasta"),
    "valid": ("Valid until", "Berlaku sampai", "有效期至", "Valable jusqu'au", "Gültig bis", "Válida hasta"),
    "payment": ("Payment", "Pembayaran", "付款", "Paiement", "Zahlung", "Pago"),
    "signature": (
        "Name, signature, date",
        "Nama, tanda tangan, tanggal",
        "姓名、签字、日期",
        "Nom, signature, date",
        "Name, Unterschrift, Datum",
        "Nombre, firma, fecha",
    ),
    "country": (
        "Country of dispatch, destination",
        "Negara asal kirim, tujuan",
        "启运国、目的国",
        "Pays d'expédition, de destination",
        "Versand-, Bestimmungsland",
        "País de envío, de destino",
    ),
}
_COLUMN = {"id": 1, "zh": 2, "fr": 3, "de": 4, "es": 5}


def second_language(country: str, *, copy: str = "") -> str:
    """The language beside English: of the seller's copy where one is asked for, else of the destination; "" = English alone.

    >>> second_language("CN"), second_language("US"), second_language("CN", copy="id")
    ('zh', '', 'id')
    """
    return copy if copy in LANGUAGES else READ_IN.get(country, "")


def words(second: str) -> Mapping[str, list[str]]:
    """Each word in English and in the second language ("" where there is none).

    >>> words("zh")["total"], words("")["total"]
    (['Total', '合计'], ['Total', ''])
    """
    column = _COLUMN.get(second)
    return {key: [row[0], "" if column is None or row[column] == row[0] else row[column]] for key, row in _WORDS.items()}

"""What programmes refuse."""

from saudagar.foundation.refusals import Refusal


class ProductHasNoHsCode(Refusal):
    """Without an HS code and a variant with a price no rule can be asked."""

    code = "product_has_no_hs_code"
    status = 409
    words = {
        "id": "Isi dulu kode HS dan satu varian dengan harga.",
        "en": "First fill in the HS code and one variant with a price.",
        "zh-hans": "请先填写 HS 编码和一个带价格的规格。",
    }

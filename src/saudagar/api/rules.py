"""What the API itself refuses."""

from saudagar.foundation.refusals import Refusal


class Invalid(Refusal):
    """A field is missing or not of its kind. Facts: fault, in English."""

    code = "invalid"
    status = 422
    words = {
        "id": "Isian {fault_field} tidak benar: {fault}",
        "en": "Field {fault_field} is not right: {fault}",
        "zh-hans": "字段 {fault_field} 有误：{fault}",
    }

    def __init__(self, field: str, *, fault: str) -> None:
        super().__init__(field, fault=fault, fault_field=field)

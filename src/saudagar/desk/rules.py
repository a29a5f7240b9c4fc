"""What a desk refuses because of what other rooms say."""

from saudagar.foundation.refusals import Refusal


class PapersNotReady(Refusal):
    """A parcel abroad must not leave without the papers that travel on it. Facts: papers (names, in the reader's language)."""

    code = "papers_not_ready"
    status = 409
    words = {
        "id": "Surat yang ikut paket belum siap: {papers}. Buka daftar surat, lengkapi yang kurang, lalu serahkan paketnya.",
        "en": "Papers that travel with the parcel are not ready: {papers}. Open the list of papers and mend them, then hand it over.",
        "zh-hans": "随包裹的单证尚未齐备：{papers}。请打开单证列表补齐，再交给快递。",
    }

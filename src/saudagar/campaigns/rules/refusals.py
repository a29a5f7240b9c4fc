"""Every no of a campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saudagar.foundation.refusals import LANGUAGES, Refusal, spoken

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lack:
    """One joining rule that is not met, in three languages."""

    code: str
    words: Words
    field: str = ""  # of the application, where one number would mend it

    @classmethod
    def of(cls, code: str, words: Words, field: str = "", **facts: Any) -> Lack:
        """With the facts filled in; a fact may itself be said in three languages."""
        said = {}
        for language in LANGUAGES:
            spelt = {name: fact[language] if isinstance(fact, Mapping) else fact for name, fact in facts.items()}
            said[language] = words[language].format(**spelt)
        return cls(code, said, field)


class MayNotJoin(Refusal):
    """Joining rules are not met; all of them are named. Facts: needs (codes; in the message, words of the asker's language)."""

    code = "may_not_join"
    status = 409
    words = {
        "id": "Belum memenuhi syarat kampanye: {needs}",
        "en": "The campaign asks for more: {needs}",
        "zh-hans": "未达到活动要求：{needs}",
    }

    def __init__(self, needs: Sequence[Lack]) -> None:
        super().__init__(needs=[need.code for need in needs])
        self.parts = needs

    def message(self, language: str | None = "en") -> str:
        return self.words[spoken(language)].format(needs=" ".join(need.words[spoken(language)] for need in self.parts))


class NoSuchCampaign(Refusal):
    """No campaign has this code, or it is not shown to the one who asks. Facts: campaign."""

    code = "no_such_campaign"
    status = 404
    words = {"id": "Tidak ada kampanye {campaign}.", "en": "There is no campaign {campaign}.", "zh-hans": "不存在活动 {campaign}。"}


class NoSuchEntry(Refusal):
    """This business has no such product in the campaign."""

    code = "no_such_entry"
    status = 404
    words = {
        "id": "Produk ini tidak terdaftar dalam kampanye.",
        "en": "This product is not in the campaign.",
        "zh-hans": "该商品未报名此活动。",
    }


class CampaignPhaseForbids(Refusal):
    """The campaign does not allow it at this time. Facts: phase."""

    code = "campaign_phase_forbids"
    status = 409
    phases = {
        "drafted": {"id": "belum dibuka", "en": "not open yet", "zh-hans": "尚未开放"},
        "joining": {"id": "menerima pendaftaran", "en": "taking applications", "zh-hans": "报名中"},
        "quotes": {"id": "sudah memberi harga di muka", "en": "giving prices ahead", "zh-hans": "预约报价中"},
        "running": {"id": "sedang berjalan", "en": "running", "zh-hans": "进行中"},
        "over": {"id": "sudah selesai", "en": "over", "zh-hans": "已结束"},
        "cancelled": {"id": "dibatalkan", "en": "cancelled", "zh-hans": "已取消"},
    }
    words = {
        "id": "Kampanye ini {phase}; itu tidak bisa lagi atau belum bisa dilakukan.",
        "en": "The campaign is {phase}: this cannot be done now.",
        "zh-hans": "活动{phase}，目前无法进行此操作。",
    }

    def message(self, language: str | None = "en") -> str:
        return self.words[spoken(language)].format(phase=self.phases[str(self.facts["phase"])][spoken(language)])


class EntryStateForbids(Refusal):
    """An entry in this state cannot do that. Facts: state."""

    code = "entry_state_forbids"
    status = 409
    states = {
        "applied": {"id": "menunggu keputusan", "en": "waiting for a decision", "zh-hans": "等待审批"},
        "approved": {"id": "disetujui", "en": "approved", "zh-hans": "已通过"},
        "refused": {"id": "ditolak", "en": "refused", "zh-hans": "已拒绝"},
        "withdrawn": {"id": "ditarik", "en": "withdrawn", "zh-hans": "已撤回"},
    }
    words = {
        "id": "Pendaftaran ini sudah {state}.",
        "en": "This application is {state}.",
        "zh-hans": "该报名{state}。",
    }

    def message(self, language: str | None = "en") -> str:
        return self.words[spoken(language)].format(state=self.states[str(self.facts["state"])][spoken(language)])


class CampaignHoursWrong(Refusal):
    """The hours do not follow each other, lie in the past, or last beyond measure. Facts: days (the most)."""

    code = "campaign_hours_wrong"
    words = {
        "id": "Periksa waktunya: harga di muka, lalu mulai, lalu selesai; belum lewat, dan paling lama {days} hari.",
        "en": "Check the hours: prices ahead, then start, then end; not past, and no longer than {days} days.",
        "zh-hans": "请检查时间：预约报价、开始、结束依次排列，不得早于现在，最长 {days} 天。",
    }


class CampaignHoursKept(Refusal):
    """Prices were promised for this start: it stays."""

    code = "campaign_hours_kept"
    status = 409
    words = {
        "id": "Pembeli sudah memegang harga untuk waktu mulai itu: mulai tidak dapat diubah lagi, hanya akhirnya.",
        "en": "Buyers hold prices for that start: it can no longer be moved, only the end.",
        "zh-hans": "买家已持有该开始时间的报价，开始时间不能再更改，只能更改结束时间。",
    }


class CampaignCodeTaken(Refusal):
    """Another campaign has this code in its address. Facts: code."""

    code = "campaign_code_taken"
    status = 409
    words = {
        "id": "Kode {taken} sudah dipakai kampanye lain.",
        "en": "Another campaign has the code {taken}.",
        "zh-hans": "代码 {taken} 已被其他活动使用。",
    }


class CampaignNamesNeeded(Refusal):
    """A campaign has a name in each of the three languages."""

    code = "campaign_names_needed"
    words = {
        "id": "Tulis nama kampanye dalam tiga bahasa.",
        "en": "Write the campaign's name in all three languages.",
        "zh-hans": "请填写活动的三种语言名称。",
    }


class UnknownTimeZone(Refusal):
    """Not a zone of the IANA database. Facts: zone."""

    code = "unknown_time_zone"
    words = {"id": "Zona waktu {zone} tidak dikenal.", "en": "The time zone {zone} is not known.", "zh-hans": "未知时区 {zone}。"}


class EntryReasonNeeded(Refusal):
    """A refusal by an officer needs words the seller can act on."""

    code = "entry_reason_needed"
    words = {"id": "Tulis alasannya untuk penjual.", "en": "Write the reason for the seller.", "zh-hans": "请填写给卖家的理由。"}

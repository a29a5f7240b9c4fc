"""What this room refuses."""

from saudagar.foundation.refusals import Refusal


class NoSuchProposal(Refusal):
    """Or it is not for this reader."""

    code = "no_such_proposal"
    status = 404
    words = {"id": "Usulan ini tidak ada.", "en": "There is no such proposal.", "zh-hans": "没有这项提案。"}


class NoSuchReport(Refusal):
    """The link is wrong or too old, or the replay is not done."""

    code = "no_such_report"
    status = 404
    words = {
        "id": "Laporan ini tidak ada atau tautannya sudah berakhir.",
        "en": "There is no such report, or its link has ended.",
        "zh-hans": "报告不存在或链接已失效。",
    }


class NotInvited(Refusal):
    """The call carries no token of an invited authority, or one that nobody was given."""

    code = "not_invited"
    status = 401
    words = {
        "id": "Kirim token undangan dalam header Authorization: Bearer. Token ini tidak dikenal.",
        "en": "Send the token of your invitation in the header Authorization: Bearer. This one is not known.",
        "zh-hans": "请在请求头 Authorization: Bearer 中附上邀请令牌；此令牌无法识别。",
    }


class InvitationEnded(Refusal):
    """Revoked, or its days are over. Facts: authority, ended (day)."""

    code = "invitation_ended"
    status = 403
    words = {
        "id": "Undangan untuk {authority} telah berakhir ({ended}). Mintalah yang baru.",
        "en": "The invitation of {authority} has ended ({ended}). Ask for a new one.",
        "zh-hans": "对 {authority} 的邀请已失效（{ended}），请重新申请。",
    }


class NoRulebook(Refusal):
    """The changed texts cannot be read. Facts: where (file and rule, as `rules check` says it)."""

    code = "proposal_unreadable"
    words = {
        "id": "Usulan ini belum menjadi buku aturan: {where}",
        "en": "The proposal is no valid rulebook: {where}",
        "zh-hans": "提案不是有效的规则：{where}",
    }


class CannotBeDated(Refusal):
    """A changed rule is written in a way that no days can be put to. Facts: rule, file."""

    code = "rule_cannot_be_dated"
    words = {
        "id": "Aturan {rule} di {file} tidak dapat diberi tanggal. Tulis valid_from dan valid_to sendiri dalam naskahnya.",
        "en": "Rule {rule} in {file} cannot be given its days. Write valid_from and valid_to in the text yourself.",
        "zh-hans": "无法为 {file} 中的规则 {rule} 设定日期，请在文本中自行填写 valid_from 和 valid_to。",
    }


class NoSuchRule(Refusal):
    """Nothing to change. Facts: rule."""

    code = "no_such_rule"
    status = 404
    words = {"id": "Aturan {rule} tidak ada.", "en": "There is no rule {rule}.", "zh-hans": "没有规则 {rule}。"}


class ChangesNothing(Refusal):
    """The rulebook would charge and ask what it does already."""

    code = "changes_nothing"
    words = {
        "id": "Perubahan ini tidak mengubah apa pun.",
        "en": "This change changes nothing.",
        "zh-hans": "此修改没有任何效果。",
    }


class NotInThisState(Refusal):
    """Facts: state."""

    code = "proposal_not_in_this_state"
    status = 409
    words = {
        "id": "Ini tidak mungkin selagi usulan {state}.",
        "en": "This cannot be done while the proposal is {state}.",
        "zh-hans": "提案处于 {state} 状态，无法执行。",
    }


class BaseHasMoved(Refusal):
    """The law has changed since the proposal was written. Facts: files (changed on both sides, or empty)."""

    code = "proposal_base_moved"
    status = 409
    words = {
        "id": "Buku aturan berubah sejak usulan ditulis. Sesuaikan dahulu. {files}",
        "en": "The rulebook has changed since the proposal was written. Bring it up to date first. {files}",
        "zh-hans": "提案提出后规则已变更，请先更新。{files}",
    }


class NoOrders(Refusal):
    """Only paid orders are replayed."""

    code = "no_orders_to_replay"
    words = {
        "id": "Belum ada pesanan terbayar untuk diputar ulang.",
        "en": "There are no paid orders to replay yet.",
        "zh-hans": "尚无已付款订单可供回放。",
    }


class NotReplayed(Refusal):
    """Nobody signs what has not been tried."""

    code = "proposal_not_replayed"
    status = 409
    words = {
        "id": "Putar ulang pesanan dengan naskah ini dahulu: tanda tangan memuat hasilnya.",
        "en": "Replay orders under these texts first: a signature names the result.",
        "zh-hans": "请先按此文本回放订单：签署须注明结果。",
    }


class BadPilot(Refusal):
    """Facts: reason (English, technical)."""

    code = "bad_pilot"
    words = {
        "id": "Uji coba ini tidak mungkin: {reason}.",
        "en": "This pilot cannot be: {reason}.",
        "zh-hans": "无法开展此试点：{reason}。",
    }

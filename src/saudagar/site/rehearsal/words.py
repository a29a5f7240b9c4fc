"""What the certificate says, in three languages: the page and the PDF are made outside any request, also where nothing is set up yet."""

from typing import Any

Words = dict[str, str]  # language -> text

CHECK_WORDS: dict[str, Words] = {
    "sold_and_left": {
        "id": "Terjual + sisa = alokasi, untuk setiap barang",
        "en": "Sold + left = allotted, for every item",
        "zh-hans": "每件商品：已售 + 剩余 = 配额",
    },
    "order_without_stock": {
        "id": "Tidak ada pesanan tanpa stok",
        "en": "No order without stock",
        "zh-hans": "没有无库存的订单",
    },
    "stock_without_order": {
        "id": "Tidak ada stok hilang tanpa pesanan",
        "en": "No stock gone without an order",
        "zh-hans": "没有无订单的出库",
    },
    "quote_once": {
        "id": "Setiap penawaran menjadi paling banyak satu pembelian",
        "en": "Each quote became one purchase at most",
        "zh-hans": "每个报价最多成为一次购买",
    },
    "acknowledged_kept": {
        "id": "Setiap pembelian yang dikonfirmasi tersimpan seperti yang dijanjikan",
        "en": "Every purchase that was confirmed is there as promised",
        "zh-hans": "每笔已确认的购买均按承诺保存",
    },
    "order_answered": {
        "id": "Tidak ada pesanan yang pembelinya tidak diberi tahu",
        "en": "No order its buyer was not told of",
        "zh-hans": "没有买家不知情的订单",
    },
    "forged_refused": {
        "id": "Setiap pemalsuan dan pesanan terlalu dini ditolak",
        "en": "Every forgery and every order before the start was refused",
        "zh-hans": "所有伪造及开始前的订单均被拒绝",
    },
    "purchase_whole": {
        "id": "Setiap pembelian lengkap dan jumlahnya benar",
        "en": "Every purchase is whole and adds up",
        "zh-hans": "每笔购买完整且金额相符",
    },
    "limit_kept": {
        "id": "Batas per pembeli dipatuhi",
        "en": "Limits per buyer were kept",
        "zh-hans": "每位买家的限购均被遵守",
    },
    "payment_once": {
        "id": "Setiap pembayaran menjadi tepat satu pesanan atau pengembalian dana",
        "en": "Each captured payment is exactly one order or refund",
        "zh-hans": "每笔到账付款恰好对应一个订单或一次退款",
    },
    "bank_agrees": {
        "id": "Catatan bank sama dengan catatan kita",
        "en": "The bank's own book agrees with ours",
        "zh-hans": "银行账与平台账一致",
    },
    "ledger_zero": {"id": "Buku besar berjumlah nol", "en": "The ledger sums to zero", "zh-hans": "总账合计为零"},
    "money_in_place": {
        "id": "Escrow, pengembalian dana, dan kliring sesuai pesanan",
        "en": "Escrow, refunds and clearing match the orders",
        "zh-hans": "托管、退款与清算同订单相符",
    },
    "settled": {"id": "Tidak ada yang tertinggal di jalan", "en": "Nothing is left on its way", "zh-hans": "没有未处理完的事项"},
}

COUNTED: dict[str, Words] = {
    "pools": {"id": "stok barang", "en": "items in stock", "zh-hans": "库存项"},
    "orders": {"id": "pesanan", "en": "orders", "zh-hans": "订单"},
    "pieces": {"id": "buah", "en": "pieces", "zh-hans": "件"},
    "quotes": {"id": "penawaran", "en": "quotes", "zh-hans": "报价"},
    "purchases": {"id": "pembelian", "en": "purchases", "zh-hans": "购买"},
    "forgeries": {"id": "percobaan", "en": "attempts", "zh-hans": "次尝试"},
    "records": {"id": "catatan", "en": "records", "zh-hans": "记录"},
    "buyers": {"id": "pembeli", "en": "buyers", "zh-hans": "买家"},
    "payments": {"id": "pembayaran", "en": "payments", "zh-hans": "付款"},
    "postings": {"id": "jurnal", "en": "postings", "zh-hans": "分录"},
    "balances": {"id": "saldo", "en": "balances", "zh-hans": "余额"},
}

LIMITS: dict[str, Words] = {
    "one_machine": {
        "id": "Pembeli, aplikasi, dan basis data berjalan di mesin yang sama dan berbagi prosesornya.",
        "en": "Buyers, application and database ran on the same machine and shared its processors.",
        "zh-hans": "买家、应用与数据库在同一台机器上运行，共用处理器。",
    },
    "not_speed": {
        "id": "Kecepatan di sini adalah kecepatan kerumunan yang dimainkan, bukan batas atas; untuk itu ada ./saudagar bench.",
        "en": "Speeds here are those of the crowd that was played, not the most that is possible: ./saudagar bench measures that.",
        "zh-hans": "此处速度是所模拟人群的速度，并非上限；上限请用 ./saudagar bench 测量。",
    },
    "short_time": {
        "id": "Waktu bayar dipersingkat pada salinan, agar pesanan yang tidak dibayar kedaluwarsa selama gladi.",
        "en": "The time to pay was shortened in the copy, so that unpaid orders expired while it was played.",
        "zh-hans": "副本中的付款时限被缩短，使未付款订单在演练中过期。",
    },
    "small_bank": {
        "id": "Bank, kurir, dan telepon adalah kotak pasir di mesin yang sama; tidak ada yang dikirim ke luar.",
        "en": "Bank, carrier and telephone were the sandbox on the same machine; nothing was sent outside.",
        "zh-hans": "银行、承运商与电话均为本机沙箱；未向外发送任何内容。",
    },
    "known_faults": {
        "id": "Hanya gangguan yang tertulis di sini yang terjadi; kerusakan cakram, jaringan, atau listrik tidak dimainkan.",
        "en": "Only the faults named here happened; failing disks, networks and power were not played.",
        "zh-hans": "仅发生了此处列出的故障；未模拟磁盘、网络或断电故障。",
    },
}

VICTIMS: dict[str, Words] = {
    "web": {"id": "proses web", "en": "web process", "zh-hans": "网页进程"},
    "worker": {"id": "proses pekerja", "en": "job worker", "zh-hans": "任务进程"},
    "backend": {"id": "koneksi basis data", "en": "database backend", "zh-hans": "数据库后端"},
    "server": {"id": "seluruh basis data", "en": "whole database", "zh-hans": "整个数据库"},
}

TEXTS: dict[str, Words] = {
    "title": {"id": "Sertifikat gladi resik", "en": "Rehearsal certificate", "zh-hans": "演练证书"},
    "about": {
        "id": "Penjualan besar, dimainkan pada salinan data",
        "en": "A big sale, played on a copy of the data",
        "zh-hans": "在数据副本上模拟的大促",
    },
    "passed": {"id": "LULUS", "en": "PASSED", "zh-hans": "通过"},
    "failed": {"id": "GAGAL", "en": "FAILED", "zh-hans": "未通过"},
    "passed_words": {
        "id": "Semua {checks} pemeriksaan benar: tidak ada yang terjual berlebih, tidak ada yang hilang.",
        "en": "All {checks} checks are right: nothing was oversold, nothing was lost.",
        "zh-hans": "全部 {checks} 项检查均正确：没有超卖，没有丢失。",
    },
    "failed_words": {
        "id": "{failed} dari {checks} pemeriksaan salah.",
        "en": "{failed} of {checks} checks are wrong.",
        "zh-hans": "{checks} 项检查中有 {failed} 项错误。",
    },
    "placed": {"id": "Pesanan dibuat", "en": "Orders placed", "zh-hans": "已下订单"},
    "refused": {"id": "Jawaban ditolak", "en": "Refusals", "zh-hans": "被拒次数"},
    "rate": {"id": "Pesanan/detik, tertinggi", "en": "Orders/s, most", "zh-hans": "每秒订单峰值"},
    "times": {"id": "Waktu jawab p50 / p99", "en": "Answer time p50 / p99", "zh-hans": "响应时间 p50 / p99"},
    "captured": {"id": "Pembayaran diterima", "en": "Payments captured", "zh-hans": "到账付款"},
    "refunds": {"id": "Pengembalian dana", "en": "Refunds owed", "zh-hans": "应退款"},
    "expired": {"id": "Kedaluwarsa", "en": "Expired unpaid", "zh-hans": "未付过期"},
    "kills": {"id": "Proses dimatikan", "en": "Processes killed", "zh-hans": "被终止的进程"},
    "checks": {"id": "Pemeriksaan", "en": "Checks", "zh-hans": "检查"},
    "examined": {"id": "Diperiksa", "en": "Examined", "zh-hans": "已检查"},
    "wrong": {"id": "Salah", "en": "Wrong", "zh-hans": "错误"},
    "wrong_before": {
        "id": "{wrong} sudah salah sebelum gladi",
        "en": "{wrong} were wrong before the rehearsal",
        "zh-hans": "演练前已有 {wrong} 处错误",
    },
    "idle": {"id": "tidak ada yang diperiksa", "en": "nothing to examine", "zh-hans": "无可检查项"},
    "chart_rate": {"id": "Pesanan per detik", "en": "Orders per second", "zh-hans": "每秒订单数"},
    "chart_times": {"id": "Waktu jawab, milidetik", "en": "Answer time, milliseconds", "zh-hans": "响应时间（毫秒）"},
    "chart_items": {"id": "Barang terlaris: terjual dan sisa", "en": "Hot items: sold and left", "zh-hans": "热门商品：已售与剩余"},
    "sold": {"id": "terjual", "en": "sold", "zh-hans": "已售"},
    "left": {"id": "sisa", "en": "left", "zh-hans": "剩余"},
    "killed": {"id": "dimatikan", "en": "killed", "zh-hans": "终止"},
    "seconds": {"id": "detik sejak dibuka", "en": "seconds since the opening", "zh-hans": "开场后秒数"},
    "how": {"id": "Bagaimana dimainkan", "en": "How it was played", "zh-hans": "演练方式"},
    "limits": {"id": "Yang tidak dibuktikan", "en": "What it does not prove", "zh-hans": "未证明的内容"},
    "opened": {"id": "Dibuka", "en": "Opened", "zh-hans": "开场"},
    "machine": {"id": "Mesin", "en": "Machine", "zh-hans": "机器"},
    "cores": {
        "id": "{cores} inti, {memory} GB, {processor}",
        "en": "{cores} cores, {memory} GB, {processor}",
        "zh-hans": "{cores} 核，{memory} GB，{processor}",
    },
    "version": {"id": "Versi", "en": "Version", "zh-hans": "版本"},
    "changed": {"id": "dengan perubahan", "en": "with changes", "zh-hans": "有改动"},
    "data": {"id": "Data", "en": "Data", "zh-hans": "数据"},
    "copied": {
        "id": "salinan: {businesses} usaha, {orders} pesanan; ditambah barang uji",
        "en": "a copy: {businesses} businesses, {orders} orders; with staged goods added",
        "zh-hans": "副本：{businesses} 家企业，{orders} 个订单；另加演练商品",
    },
    "staged": {"id": "hanya barang uji", "en": "staged goods only", "zh-hans": "仅演练商品"},
    "campaign": {"id": "Kampanye", "en": "Campaign", "zh-hans": "活动"},
    "crowd": {"id": "Kerumunan", "en": "Crowd", "zh-hans": "人群"},
    "crowd_words": {
        "id": "{orders} keranjang, {skus} barang, {hot} di antaranya laris; seed {seed}; {pay} detik untuk membayar; {connections} koneksi",
        "en": "{orders} baskets, {skus} items, {hot} of them hot; seed {seed}; {pay} s to pay; {connections} connections",
        "zh-hans": "{orders} 个购物篮，{skus} 件商品，其中 {hot} 件热门；种子 {seed}；{pay} 秒内付款；{connections} 个连接",
    },
    "repeats": {"id": "Kirim ulang", "en": "Sent again", "zh-hans": "重复发送"},
    "repeats_words": {
        "id": "{again} kali penawaran yang sama dijawab dengan pesanan yang sama; {unsure} jawaban tidak jelas ditanyakan lagi",
        "en": "{again} times the same quote was answered with the same order; {unsure} unclear answers were asked again",
        "zh-hans": "同一报价 {again} 次得到同一订单；{unsure} 次不明确的应答被重新请求",
    },
    "buyers": {"id": "Pembeli", "en": "Buyers", "zh-hans": "买家行为"},
    "notices": {"id": "Pemberitahuan bank", "en": "Notices of the bank", "zh-hans": "银行通知"},
    "none": {"id": "tidak ada", "en": "none", "zh-hans": "无"},
    "page": {"id": "Halaman", "en": "Page", "zh-hans": "页"},
}

DEEDS: dict[str, Words] = {
    "pay": {"id": "membayar", "en": "paid", "zh-hans": "付款"},
    "repeat": {"id": "pemberitahuan diulang", "en": "notice repeated", "zh-hans": "通知重复"},
    "out_of_order": {"id": "pemberitahuan terbalik", "en": "notices out of order", "zh-hans": "通知乱序"},
    "delay": {"id": "pemberitahuan terlambat", "en": "notice delayed", "zh-hans": "通知延迟"},
    "pay_silently": {"id": "pemberitahuan hilang", "en": "notice lost", "zh-hans": "通知丢失"},
    "late": {"id": "membayar terlambat", "en": "paid too late", "zh-hans": "逾期付款"},
    "mismatch": {"id": "jumlah salah", "en": "wrong amount", "zh-hans": "金额不符"},
    "forge": {"id": "pemberitahuan palsu", "en": "notice forged", "zh-hans": "伪造通知"},
    "unsigned": {"id": "tanpa tanda tangan", "en": "notice unsigned", "zh-hans": "未签名通知"},
    "fail": {"id": "ditolak bank", "en": "refused by the bank", "zh-hans": "银行拒绝"},
    "abandon": {"id": "tidak membayar", "en": "never paid", "zh-hans": "未付款"},
}
NOTICES: dict[str, Words] = {
    "success": {"id": "berhasil", "en": "success", "zh-hans": "成功"},
    "pending": {"id": "tertunda", "en": "pending", "zh-hans": "处理中"},
    "failed": {"id": "gagal", "en": "failed", "zh-hans": "失败"},
    "cancelled": {"id": "dibatalkan", "en": "cancelled", "zh-hans": "取消"},
    "repeated": {"id": "diulang", "en": "repeated", "zh-hans": "重复"},
    "forged": {"id": "palsu", "en": "forged", "zh-hans": "伪造"},
    "unsigned": {"id": "tanpa tanda tangan", "en": "unsigned", "zh-hans": "未签名"},
}
LANGUAGES = ("id", "en", "zh-hans")


def said(words: Words, language: str, **facts: Any) -> str:
    return words[language].format(**facts) if facts else words[language]


def number(value: float, language: str) -> str:
    """With the language's separators: 1.234,5 in Indonesian, 1,234.5 in English and Chinese."""
    text = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "id" else text

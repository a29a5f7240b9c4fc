"""Story B: Rina in Bandung buys from two sellers, pays by QRIS, and both send their parcels."""

import re

from browser.conftest import Arrives
from browser.person import DESK, PHONE
from browser.roles import enters, sends
from browser.world import World

BANDUNG = {
    "Nama penerima": "Rina Contoh",
    "Nomor telepon": "0812-0000-0004",
    "Kota atau kabupaten": "Kota Bandung",
    "Kecamatan": "Coblong",
    "Jalan dan nomor": "Jl. Contoh Dago 14",
    "Kode pos": "40135",
    "Patokan": "depan taman",
}


def test_two_sellers_one_basket(arrives: Arrives, sandbox: World, memory: dict[str, str]) -> None:
    # Rina searches, and sees what it costs at her door before she does anything.
    rina = arrives("id")
    enters(rina, "Rina")
    rina.goes("/id/").enters({"Cari produk": "arabika"}).presses("Cari").presses("Kopi Gayo Arabika Sangrai")
    rina.enters({"Kirim ke": "Jawa Barat"}).presses("Hitung").sees(re.compile("Semua termasuk, sampai Jawa Barat"))
    rina.opens("Rinciannya").sees("Harga barang", "Ongkos kirim")
    rina.enters({"Jumlah": "2"}).presses("Masukkan keranjang")
    rina.goes("/id/search/?q=selendang").presses("Selendang Sutra").presses("Masukkan keranjang")

    # One page of address, one to look it over, one to pay.
    rina.goes("/id/basket/").sees("Kopi Gayo Sari", "Selendang Sutra", "Setiap pembuat mengirim paketnya sendiri.")
    rina.presses("Lanjut ke alamat").enters(BANDUNG).presses("Periksa dulu").sees("Rina Contoh", "Coblong")
    rina.presses("Pesan dan bayar").sees("Pindai dan bayar")
    sandbox.pays(rina.page.locator("dl.facts .code").inner_text())
    # The page notices by itself.
    rina.sees("Terima kasih, pembayaran Anda sudah diterima").presses("Lacak pesanan saya").sees("Dibayar")
    purchase = rina.page.url

    # Both sellers find the order, pack it, send it.
    for who, screen in (("Bu Sari", PHONE), ("Dewi", DESK)):
        seller = enters(arrives("id", screen=screen), who)
        seller.goes("/notices/").awaits("Pesanan baru")
        seller.goes("/seller/orders/?show=to_pack")
        memory[who] = sends(seller, "Rina Contoh", sandbox)

    # Both parcels arrive, Rina is content, and the sellers' money is free.
    rina.goes(purchase).awaits("Sudah saya terima dan sesuai")
    rina.presses_first("Sudah saya terima dan sesuai")
    rina.presses("Sudah saya terima dan sesuai").sees("Selesai")

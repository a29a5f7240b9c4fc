"""Story A: a warung owner becomes a seller and puts her first product on sale, at home and in China."""

import re
import secrets

from browser.conftest import Arrives
from browser.person import DESK
from browser.running import ROOT
from browser.world import World

PAPERS = {
    "SPP-IRT (P-IRT)": "2061104010123-29",
    "Sertifikat halal": "ID11110000123451126",
    "Label berbahasa Mandarin": "zh-robusta-1",
}
OF_THE_PLANT = {"Registrasi pabrik pangan di GACC (Tiongkok)": "CIDN15062612310001"}


def test_a_warung_becomes_a_seller(arrives: Arrives, sandbox: World) -> None:
    phone, nib = f"0812{secrets.randbelow(10**8):08d}", f"26{secrets.randbelow(10**11):011d}"
    chinese = f"茉莉罗布斯塔咖啡豆 {nib[-4:]}"
    name, title = f"Warung Melati {nib[-4:]}", f"Kopi Robusta Melati {nib[-4:]}"
    melati = arrives("id")

    # She comes by telephone; the code is in her messages.
    melati.goes("/seller/").sees("Masuk atau daftar")
    melati.fills(Nomor_telepon=phone).presses("Kirim kode")
    melati.fills(Kode=sandbox.code_sent_to("+62" + phone[1:])).presses("Lanjut")

    # Four steps to a business.
    melati.goes("/seller/register/").sees("Daftarkan usaha Anda")
    melati.fills(Nama_Anda="Bu Melati", Nama_usaha=name).presses("Lanjut")
    melati.ticks("NIB: 13 angka").fills(Nomornya=nib).presses("Periksa dan lanjut")
    melati.fills(Jenis_tempat="Toko atau warung", Provinsi="Aceh")
    melati.page.get_by_label("Kabupaten atau kota").locator("option", has_text="Aceh Tengah").wait_for(state="attached")
    melati.fills(Kabupaten_atau_kota="Kabupaten Aceh Tengah", Alamat="Jl. Contoh Melati 3, Takengon", Kode_pos="24511").presses("Lanjut")
    melati.sees(name, "Aceh Tengah").sees_not(nib)
    melati.ticks("Saya setuju", "Isian saya benar").presses("Kirim ke petugas")
    melati.sees("Diperiksa petugas")

    # Pak Arif looks at it and lets her in.
    arif = arrives("id", screen=DESK)
    arif.goes("/accounts/login/").presses("Pak Arif petugas").sees("Yang menunggu")
    arif.goes("/officer/businesses/").presses(name).sees("Aceh Tengah").presses("Verifikasi")

    melati.goes("/notices/").awaits(f"{name} sudah diverifikasi")
    assert name in sandbox.was_told("+62" + phone[1:])

    # Her first product: the least to begin with, then what markets ask for.
    melati.goes("/seller/products/").presses("Produk baru")
    melati.page.get_by_label("Foto").set_input_files(ROOT / "src/saudagar/site/demo/pictures/kopi-gayo-drip.webp")
    melati.fills(Nama_produk="Kopi Robusta Melati", Harga_dalam_negeri="48.000", Berat_bersih="250 gr", Kategori="Kopi & teh").presses(
        "Simpan"
    )
    melati.presses("Ubah teks dan keterangan")
    melati.enters(
        {
            "Nama dalam bahasa Indonesia": title,
            "Deskripsi dalam bahasa Indonesia": "Biji robusta sangrai gelap dari kebun sendiri.",
            "Nama dalam bahasa Inggris": "Melati Robusta Coffee",
            "Deskripsi dalam bahasa Inggris": "Dark roasted robusta beans from our own garden.",
            "Nama dalam bahasa Mandarin": chinese,
            "Deskripsi dalam bahasa Mandarin": "自家种植园的深烘罗布斯塔咖啡豆。",
            "Kode HS": "0901.21",
        }
    ).presses("Simpan")
    for paper, number in PAPERS.items():
        melati.enters({"Surat yang mana?": paper, "Nomornya": number}).presses("Tambah")
    # China registers the place where it is made: that has papers of its own.
    product = melati.page.url
    melati.presses("Sebutkan tempat produksi").presses("Tambah tempat produksi")
    melati.fills(Nama_tempat_produksi=f"Sangrai Melati {nib[-4:]}", Jenis_tempat="Dapur atau industri pangan rumahan", Provinsi="Aceh")
    melati.page.get_by_label("Kabupaten atau kota").locator("option", has_text="Aceh Tengah").wait_for(state="attached")
    melati.fills(Kabupaten_atau_kota="Kabupaten Aceh Tengah", Alamat="Jl. Contoh Melati 3, Takengon").presses("Simpan")
    melati.ticks(f"Sangrai Melati {nib[-4:]}").presses("Simpan").presses(f"Tunjukkan surat Sangrai Melati {nib[-4:]}")
    for paper, number in OF_THE_PLANT.items():
        melati.enters({"Surat yang mana?": paper, "Nomornya": number}).presses("Kirim ke petugas").sees(number)
    # Papers count once an officer has looked at them.
    for paper in PAPERS:
        arif.goes("/officer/certificates/").presses(re.compile(re.escape(paper) + ".*" + nib[-4:], re.S)).sees(title).presses("Terima")
    for paper in OF_THE_PLANT:
        arif.goes("/officer/certificates/").presses(re.compile(re.escape(paper) + ".*" + nib[-4:], re.S))
        arif.sees("Dapur atau industri pangan rumahan", title).presses("Terima")
    melati.goes(product).sees("Semua yang perlu sudah ada.").presses("Siap dijual")
    melati.presses("Stok", within=melati.page.get_by_role("navigation", name="Bagian produk ini"))
    melati.fills(Berapa_buah="24").presses("Catat masuk").sees("Diterima.")

    # On sale at home at once; in China when the curator has seen it.
    melati.presses("Pasar", within=melati.page.get_by_role("navigation", name="Bagian produk ini"))
    melati.presses("Jual di sini", within=melati.page.locator("#id"))
    melati.presses("Ajukan ke pasar ini", within=melati.page.locator("#cn")).sees("Sudah diajukan")
    rina, chen = arrives("id"), arrives("zh-hans")
    rina.goes(f"/id/search/?q={nib[-4:]}").sees(title)
    chen.goes(f"/cn/search/?q=罗布斯塔 {nib[-4:]}").sees_not(chinese)

    arif.goes("/officer/pavilion/cn/").presses(re.compile(title)).sees("Aturan hari ini mengizinkan.", chinese).presses("Terima")
    chen.goes(f"/cn/search/?q=罗布斯塔 {nib[-4:]}").awaits(chinese)
    melati.goes("/notices/").awaits(title)

"""Where goods are made: what may be said of a plant, and what is refused. Pure."""

from saudagar.foundation.refusals import Refusal

MOST_PLANTS = 200  # of one business; a cooperative names the gardens of its members


class UnknownPlant(Refusal):
    """This business has no such plant."""

    code = "unknown_plant"
    status = 404
    words = {
        "id": "Tempat produksi ini tidak ditemukan.",
        "en": "This place of production was not found.",
        "zh-hans": "未找到该生产场所。",
    }


class PlantNameTaken(Refusal):
    """Another plant of the business is called so. Facts: name."""

    code = "plant_name_taken"
    status = 409
    words = {
        "id": "Anda sudah punya tempat produksi bernama {name}. Beri nama lain.",
        "en": "You have a place of production called {name} already. Give this one another name.",
        "zh-hans": "您已有名为 {name} 的生产场所，请换一个名称。",
    }


class TooManyPlants(Refusal):
    """More plants than a business may name. Facts: most."""

    code = "too_many_plants"
    status = 409
    words = {
        "id": "Paling banyak {most} tempat produksi.",
        "en": "At most {most} places of production.",
        "zh-hans": "最多 {most} 个生产场所。",
    }


class PlantFixed(Refusal):
    """A paper of this plant was accepted: another kind, address or maker would be another plant. No facts."""

    code = "plant_fixed"
    status = 409
    words = {
        "id": "Petugas sudah menerima surat untuk tempat ini, jadi hanya namanya yang bisa diubah. Kalau pindah, tutup tempat ini dan "
        "tambahkan yang baru.",
        "en": "An officer has accepted a paper of this place, so only its name can be changed. If it has moved, close it and add the "
        "new one.",
        "zh-hans": "工作人员已接受该场所的证书，因此只能修改名称。如已搬迁，请停用此场所并新增一个。",
    }

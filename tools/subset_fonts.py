"""Makes the subsets in `src/saudagar/foundation/fonts/` beside the Chinese one, and `covered.txt`.

    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools
    /tmp/fonts/bin/python tools/subset_fonts.py FOLDER     # holds NotoSansCJK-Regular.ttc and the other files of Noto

Debian's packages fonts-noto-cjk and fonts-noto-core hold them (dpkg -x PACKAGE FOLDER).
"""

import itertools
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FONTS = Path(__file__).parents[1] / "src" / "saudagar" / "foundation" / "fonts"
CHINESE = FONTS / "NotoSansCJKsc-subset.otf"
KANA = {chr(code) for code in (*range(0x3041, 0x3097), *range(0x3099, 0x3100), *range(0x31F0, 0x3200), *range(0xFF61, 0xFFA0))} | set(
    "々〆〇"
)
HONG_KONG = set("邨埗涌氹栢峯裏衞舖麪滙鰂脷咀磡塱閘璹灣啟恒粵嶼鰲沥石硤茘荔棠涎嚿垻坳磯碼蠔鶴")  # of its place names
LATIN = (
    "20-7E,A0-17F,192,1A0-1A1,1AF-1B0,1CD-1DC,1E6-1E7,218-21B,2C6-2DD,300-304,306-30C,323,386-3CE,401-45F,490-491,1E80-1E85,1E9E,1EA0-1EF9"
)
MARKS = "2010-2015,2018-201E,2020-2022,2026,2030,2032-2033,2039-203A,20A9-20AB,20AC,20B1,20B9,20BA,2116,2122"
KEEP = ("--no-hinting", "--name-IDs=0,1,2,3,4,5,6,13,14")


def two_bytes(encoding: str, first: range, second: Iterable[int]) -> set[str]:
    """The characters of a part of a national standard."""
    found = set()
    for pair in itertools.product(first, second):
        try:
            found.add(bytes(pair).decode(encoding))
        except UnicodeDecodeError:
            continue
    return {letter for letter in found if len(letter) == 1}


JIS_1 = two_bytes("euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF))
BIG5_1 = {letter for letter in two_bytes("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]) if letter >= "一"}
HANGUL = {letter for letter in two_bytes("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)) if "가" <= letter <= "힣"}


def cut(source: Path, target: str, *, text: Iterable[str] = (), unicodes: str = "", features: str) -> None:
    chosen = f"--unicodes={unicodes or ','.join(f'{ord(letter):X}' for letter in sorted(text))}"
    vertical = "--drop-tables+=vhea,vmtx,VORG,BASE"
    subset.main([str(source), chosen, f"--output-file={FONTS / target}", f"--layout-features={features}", vertical, *KEEP])


def main(folder: Path) -> None:
    files = {path.name: path for path in folder.rglob("Noto*")}
    chinese = TTFont(CHINESE).getBestCmap()
    with tempfile.TemporaryDirectory() as made:
        faces = {}
        for face in TTCollection(files["NotoSansCJK-Regular.ttc"]).fonts:
            name = face["name"].getDebugName(1)
            faces[name] = face.getBestCmap()
            if name[-2:] in ("JP", "KR", "TC") and "Mono" not in name:
                face.save(Path(made) / f"{name[-2:]}.otf")
        usual = faces["Noto Sans CJK SC"]
        for place, letters in (("JP", JIS_1 | KANA), ("TC", BIG5_1 | HONG_KONG), ("KR", HANGUL)):
            here = faces[f"Noto Sans CJK {place}"]
            # What the Chinese subset has in the same shape need not be here again.
            own = {each for each in letters if ord(each) in here and (ord(each) not in chinese or here[ord(each)] != usual.get(ord(each)))}
            cut(Path(made) / f"{place}.otf", f"NotoSansCJK{place.lower()}-subset.otf", text=own, features="ccmp")
    cut(files["NotoSansThai-Regular.ttf"], "NotoSansThai-subset.ttf", unicodes="20,A0,E00-E7F,200B-200D,25CC", features="*")
    arabic = "20,A0,600-6FF,750-77F,200C-200F,25CC,FDFC"
    cut(files["NotoSansArabic-Regular.ttf"], "NotoSansArabic-subset.ttf", unicodes=arabic, features="*")
    for weight in ("Regular", "Bold"):
        cut(
            files[f"NotoSans-{weight}.ttf"],
            f"NotoSans-{weight}-subset.ttf",
            unicodes=f"{LATIN},{MARKS}",
            features="kern,mark,mkmk,ccmp,locl",
        )
    covered = sorted({code for path in FONTS.glob("*-subset.?tf") for code in TTFont(path).getBestCmap() if code > ord("~")})
    letters = "".join(map(chr, covered))
    lines = [letters[start : start + 100] for start in range(0, len(letters), 100)]
    (FONTS / "covered.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The rulebook that ships with the project, and folders an officer keeps: names and texts of their files."""

from pathlib import Path

SHIPPED = Path(__file__).parent / "data"


def texts(folder: Path = SHIPPED) -> dict[str, str]:
    """Every TOML and CSV file below the folder, by its name relative to it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".toml", ".csv")
    }

"""What people type after a command, and what is wrong with it, in words."""

from argparse import ArgumentTypeError
from datetime import date


def day(text: str) -> date:
    """An argument that is a day.

    >>> day("2026-11-21")
    datetime.date(2026, 11, 21)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day: write 2026-11-21") from None


def unreadable(error: OSError | ValueError) -> str:
    """Why a file cannot be read or written.

    >>> unreadable(FileNotFoundError(2, "No such file or directory", "goods.csv"))
    'There is no file goods.csv.'
    """
    if isinstance(error, UnicodeDecodeError):
        return "The file is not UTF-8 text. Save it as CSV UTF-8."
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"There is no file {error.filename}."
    if isinstance(error, IsADirectoryError):
        return f"{error.filename} is a folder, not a file."
    if isinstance(error, PermissionError):
        return f"{error.filename} may not be read or written by this user."
    return f"{error.filename}: {error.strerror}"

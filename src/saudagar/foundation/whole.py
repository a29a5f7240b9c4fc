"""A file that somebody names is written whole or not at all: beside its place first, and put there when it is complete."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Where to write. When the block ends well it takes the target's place; when it does not, what stood there is as it was.

    What is no ordinary file (/dev/stdout, a pipe) is written to as it is. Errors name the target.
    """
    place = target.resolve()  # of a link, what it points to
    if place.exists() and not place.is_file():
        yield target
        return
    fresh = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        if place.exists():  # who may not read what stands there reads nothing of the new one meanwhile
            fresh.touch(mode=place.stat().st_mode & 0o777 | 0o200)
        yield fresh
        if place.exists():
            shutil.copymode(place, fresh)
        fresh.replace(place)
    except OSError as error:
        if error.filename == str(fresh):
            raise type(error)(error.errno, error.strerror, str(target)) from error
        raise
    finally:
        with suppress(OSError):
            fresh.unlink()

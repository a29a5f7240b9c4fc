"""A named file is there whole, or as it was."""

import os
from pathlib import Path

import pytest

from saudagar.foundation.typed import unreadable
from saudagar.foundation.whole import whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_takes_its_place_at_the_end(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("before")
    target.chmod(0o640)
    with whole(target) as fresh:
        fresh.write_text("after")
        assert target.read_text() == "before"
    assert (target.read_text(), target.stat().st_mode & 0o777, names(tmp_path)) == ("after", 0o640, ["out.csv"])


@pytest.mark.parametrize("mode", [0o600, 0o440])
def test_nobody_else_reads_it_while_it_is_written(tmp_path, mode):
    target = tmp_path / "out.csv"
    target.write_text("before")
    target.chmod(mode)
    with whole(target) as fresh, fresh.open("w") as out:
        out.write("after")
        assert fresh.stat().st_mode & 0o777 & ~0o200 == mode & ~0o200
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("after", mode)


@pytest.mark.parametrize("accident", [ValueError, KeyboardInterrupt])
def test_when_the_work_breaks_off_what_stood_there_stays(tmp_path, accident):
    target = tmp_path / "out.csv"
    target.write_text("before")
    with pytest.raises(accident), whole(target) as fresh:
        fresh.write_text("half")
        raise accident
    assert (target.read_text(), names(tmp_path)) == ("before", ["out.csv"])
    new = tmp_path / "new.csv"
    with pytest.raises(accident), whole(new) as fresh:
        fresh.write_text("half")
        raise accident
    assert names(tmp_path) == ["out.csv"]


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_text("before")
    link.symlink_to(target)
    with whole(link) as fresh:
        fresh.write_text("after")
    assert (link.is_symlink(), target.read_text()) == (True, "after")


def test_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole(pipe) as fresh:
        fresh.write_text("through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)


def test_an_error_names_what_the_person_named(tmp_path):
    with pytest.raises(OSError) as refused, whole(tmp_path / "no" / "out.csv") as fresh:
        fresh.write_text("x")
    assert unreadable(refused.value) == f"There is no file {tmp_path / 'no' / 'out.csv'}."
    with pytest.raises(OSError) as refused, whole(tmp_path) as fresh:
        fresh.write_text("x")
    assert unreadable(refused.value) == f"{tmp_path} is a folder, not a file."

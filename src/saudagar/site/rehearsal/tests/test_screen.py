"""What is shown while it runs."""

import io
import json

import pytest

from saudagar.site.rehearsal import screen
from saudagar.site.rehearsal.play import Progress
from saudagar.site.rehearsal.watching import Watch, told

OPEN = Progress(step="open", orders=10, placed=7, refused=2, rates=[3, 4], p50_ms=12, hot=8, sold=4, killed=["web"], killed_at=[1])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_each_step_is_a_line() -> None:
    out = io.StringIO()
    shown = screen.Screen(out)
    for progress in (Progress("copying"), Progress("copying"), OPEN):
        shown(progress)
    assert out.getvalue().splitlines() == [
        "· copying the data",
        "· doors open: 7 placed, 2 refused, 4 of 8 hot pieces, p50 12 ms, p99 0 ms, 0 waiting, 1 killed",
    ]


def test_in_a_terminal_the_same_lines_are_drawn_again() -> None:
    out = Terminal()
    shown = screen.Screen(out)
    shown(Progress("copying"))
    lines = out.getvalue().count("\n")
    shown(OPEN)
    assert f"\x1b[{lines}F" in out.getvalue()
    assert "▆█" in out.getvalue() and "✗" in out.getvalue() and "killed: web" in out.getvalue()


def test_a_supervisor_reads_json(capsys: pytest.CaptureFixture[str]) -> None:
    screen.as_json(OPEN)
    row = json.loads(capsys.readouterr().out)
    assert (row["step"], row["placed"], row["rates"]) == ("open", 7, [3, 4])


def test_answers_are_read_while_they_are_written(tmp_path: object) -> None:
    path = tmp_path / "answers"  # type: ignore[operator]
    watch = Watch(path)
    watch.look()
    rows = [{"n": 0, "at": 100.2, "seconds": 0.9, "status": 201}, {"n": 1, "at": 100.0, "seconds": 0.1, "status": 409}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"n": 2, "at": 101')
    watch.look()
    assert (watch.totals["first"], watch.totals["refused"], sorted(watch.seconds)) == (1, 1, [100, 101])
    with path.open("a") as file:
        file.write('.0, "seconds": 0.5, "error": "ConnectionResetError"}\n')
    watch.look()
    assert watch.totals["unsure"] == 1
    assert watch.answered == {0, 1}


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (201, "first"),
        (200, "again"),
        (409, "refused"),
        (410, "refused"),
        (422, "refused"),
        (429, "unsure"),
        (503, "unsure"),
        (None, "unsure"),
    ],
)
def test_one_word_for_an_answer(status: int | None, word: str) -> None:
    assert told({"status": status} if status else {"error": "closed"}) == word

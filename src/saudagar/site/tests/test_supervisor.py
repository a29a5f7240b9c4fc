"""What `up` refuses before it starts anything, and how it treats a process that dies."""

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from saudagar.site import cli
from saudagar.site.environment import ROOT, BadSetting
from saudagar.site.supervisor import Child, plan


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "HOST", "SANDBOX_PORT", "SAUDAGAR_SANDBOX", "SAUDAGAR_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SAUDAGAR_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PORT", str(free_port()))


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        yield other.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refusal() -> str:
    with pytest.raises(BadSetting) as caught:
        plan()
    return str(caught.value)


def test_a_taken_port_is_named_with_who_has_it_and_another_one(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setenv("PORT", str(taken))
    sentence = refusal()
    assert sentence.startswith(f"Port {taken} is taken by process {os.getpid()} (")
    assert sentence.endswith(f"Choose another: PORT={taken + 10} ./saudagar up")


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    assert "is not a whole number from 1 to 65535" in refusal()


def test_an_address_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "192.0.2.1")
    assert refusal().startswith("Cannot listen on 192.0.2.1:")


@pytest.mark.parametrize("url", ["nonsense", "mysql://u@h/d", "postgresql://u@h"])
def test_an_unreadable_database_url(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert refusal().startswith("DATABASE_URL must look like postgresql://")


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://sari:secret@127.0.0.1:{free_port()}/saudagar")
    sentence = refusal()
    assert "does not answer" in sentence
    assert "secret" not in sentence


def test_a_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SAUDAGAR_VAR", str(tmp_path / "file" / "var"))
    assert "SAUDAGAR_VAR names another folder" in refusal()


def test_the_sandbox_moves_over_for_a_second_copy(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setenv("PORT", str(taken - 1))
    assert plan().sandbox_port not in (None, taken, taken - 1)
    monkeypatch.setenv("SANDBOX_PORT", str(taken))
    assert f"Port {taken} is taken" in refusal()


def test_no_sandbox_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAUDAGAR_DEMO", "0")
    assert plan().sandbox_port is None


def test_a_process_that_dies_again_and_again_is_started_more_and_more_slowly() -> None:
    child = Child("web", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), io.BytesIO())
    words = []
    for _ in range(4):
        child.start()
        assert child.process is not None
        child.process.wait()
        assert child.process.stdout is not None
        child.process.stdout.close()
        words.append(child.ended())
    assert words == [
        "web ended with status 3; starting it again",
        "web ended with status 3; starting it again in 1 s",
        "web ended with status 3; starting it again in 2 s",
        "web ended with status 3; starting it again in 4 s",
    ]


def test_unknown_words_get_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fly"]) == 2
    assert "There is no command 'fly'." in capsys.readouterr().err
    assert cli.main([]) == 0
    assert "./saudagar doctor" in capsys.readouterr().out


def test_import_asks_what(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="Say what the file holds"):
        cli.main(["import"])


def test_the_launcher_has_nothing_an_old_python_cannot_read() -> None:
    """It must say that Python is too old instead of failing to be read: no f-strings, no walrus, no annotations."""
    source = (ROOT / "saudagar").read_text()
    code = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 4))"
    subprocess.run([sys.executable, "-c", code], input=source, text=True, check=True)
    assert ' f"' not in source
    assert "(f'" not in source

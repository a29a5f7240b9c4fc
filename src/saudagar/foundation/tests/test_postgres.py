"""The embedded server: started by the first who needs it, gone after the last, mended after kill -9."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from saudagar.foundation import postgres
from saudagar.foundation.postgres import Cluster
from saudagar.foundation.postgres_keeper import SOCKET_PATH_LIMIT


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A folder with a made cluster to copy from, so that not every test waits for initdb."""
    folder = Path(tempfile.mkdtemp(prefix="sg"))
    folder.chmod(0o755)
    Cluster(folder).ensure_running()
    Cluster(folder).leave()
    until(lambda: not processes_of(Cluster(folder)))  # what a stopping server takes away cannot be copied
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def cluster(prepared: Path) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="sg"))
    folder.chmod(0o755)
    subprocess.run(["cp", "-a", prepared / "postgres", folder], check=True)
    cluster = Cluster(folder)
    yield cluster
    cluster.leave()
    until(lambda: not processes_of(cluster))
    shutil.rmtree(folder)


def processes_of(cluster: Cluster) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()) == cluster.data:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def until(true: Callable[[], object], seconds: float = 60) -> None:
    give_up_at = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.02)


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return row[0]


def test_starts_tuned_and_stops_with_the_last_user(cluster: Cluster) -> None:
    url = cluster.ensure_running()
    names = ("fsync", "synchronous_commit", "jit", "listen_addresses")
    shown = {name: one(url, f"SELECT current_setting('{name}')") for name in names}
    assert shown == {"fsync": "on", "synchronous_commit": "on", "jit": "off", "listen_addresses": ""}
    assert one(url, "SELECT current_user || ' ' || current_setting('max_connections')") == "saudagar 200"
    cluster.leave()
    until(lambda: cluster.url() is None and not processes_of(cluster))


def test_knows_indonesian(cluster: Cluster) -> None:
    assert one(cluster.ensure_running(), "SELECT to_tsvector('indonesian', 'minuman') @@ to_tsquery('indonesian', 'minum')") is True


def test_keeps_running_while_another_process_uses_it(cluster: Cluster) -> None:
    code = (
        "import pathlib, sys; from saudagar.foundation.postgres import Cluster;"
        "Cluster(pathlib.Path(sys.argv[1])).ensure_running(); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(cluster.var)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(postgres.__file__).parents[2])},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1\n"
        url = cluster.ensure_running()
        cluster.leave()
        assert one(url, "SELECT 1") == 1
        # However it ends, the kernel lets go of its lock and the keeper notices.
        other.kill()
    until(lambda: not processes_of(cluster))
    until(lambda: cluster.keeper_pid() is None)


def test_comes_back_after_kill_9_of_the_postmaster(cluster: Cluster) -> None:
    url = cluster.ensure_running()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        server = cluster.server()
        assert server is not None
        # A backend in the middle of something holds on to the shared memory.
        sleeping = subprocess.Popen([postgres.binaries() / "psql", url, "-qc", "SELECT pg_sleep(60)"], stderr=subprocess.DEVNULL)
        until(
            lambda: connection.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)'").fetchone() == (2,) or True
        )
        os.kill(server.pid, signal.SIGKILL)
    until(lambda: (now := cluster.server()) is not None and now.pid != server.pid and cluster.url())
    assert one(cluster.ensure_running(), "SELECT n FROM kept") == 7
    assert sleeping.wait(10) != 0


def test_starts_again_after_kill_9_of_keeper_and_everything(cluster: Cluster) -> None:
    cluster.ensure_running()
    keeper = cluster.keeper_pid()
    assert keeper is not None
    os.kill(keeper, signal.SIGKILL)
    for process in processes_of(cluster):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert one(cluster.ensure_running(), "SELECT 1") == 1


def test_a_dead_keeper_takes_the_server_along(cluster: Cluster) -> None:
    cluster.ensure_running()
    keeper = cluster.keeper_pid()
    assert keeper is not None
    os.kill(keeper, signal.SIGKILL)
    until(lambda: not processes_of(cluster))
    assert one(cluster.ensure_running(), "SELECT 1") == 1


def test_a_stale_pid_file_that_names_a_living_stranger_is_harmless(cluster: Cluster) -> None:
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n{cluster.data}\n\n  1 1\nready   \n")
    assert one(cluster.ensure_running(), "SELECT 1") == 1


def test_a_long_path_gets_a_short_socket(cluster: Cluster) -> None:
    deep = cluster.var / ("long" * 20) / ("path" * 10)
    deep.mkdir(parents=True)
    subprocess.run(["cp", "-a", cluster.data.parent, deep], check=True)
    far = Cluster(deep)
    assert one(far.ensure_running(), "SELECT 1") == 1
    server = far.server()
    assert server is not None
    assert len(str(server.socket_folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
    assert server.socket_folder.stat().st_mode & 0o077 == 0
    far.leave()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_runs_it_as_the_owner_of_the_data(cluster: Cluster) -> None:
    cluster.ensure_running()
    assert {process.username() for process in processes_of(cluster)} == {pwd.getpwuid(cluster.data.stat().st_uid).pw_name}
    assert cluster.data.stat().st_uid != 0


def test_data_of_another_version_is_refused_with_a_reason(cluster: Cluster) -> None:
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(postgres.PostgresError, match="written by PostgreSQL 16"):
        cluster.ensure_running()

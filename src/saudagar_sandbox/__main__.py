"""python -m saudagar_sandbox: see the package's own words."""

import argparse
import sys
from pathlib import Path

import uvicorn

from saudagar_sandbox import app, keys
from saudagar_sandbox.store import Store
from saudagar_sandbox.world import World


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m saudagar_sandbox", description="Plays acquirer, wallet, carrier and telephone.")
    parser.add_argument("command", nargs="?", choices=["serve", "keys"], default="serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", type=Path, default=Path("var/sandbox"), metavar="FOLDER")
    parser.add_argument("--secrets", type=Path, default=Path("var/secrets.json"), metavar="FILE")
    parser.add_argument("--web", default="http://127.0.0.1:8000", metavar="URL", help="where the platform listens")
    parser.add_argument("--own", metavar="URL", help="where browsers reach the sandbox; the default follows --port")
    parser.add_argument("--snap-notices", default=World.snap_notices, metavar="PATH")
    parser.add_argument("--carrier-notices", default=World.carrier_notices, metavar="PATH")
    chosen = parser.parse_args()

    half = keys.ensure(chosen.secrets, chosen.data / "keys.json")
    if chosen.command == "keys":
        return 0
    world = World(
        store=Store(chosen.data),
        keys=half,
        web=chosen.web.rstrip("/"),
        own=(chosen.own or f"http://{chosen.host}:{chosen.port}").rstrip("/"),
        snap_notices=chosen.snap_notices,
        carrier_notices=chosen.carrier_notices,
    )
    _serve(world, chosen.host, chosen.port)
    return 0


def _serve(world: World, host: str, port: int) -> None:
    # One process, no children: a kill leaves nothing behind.
    print(f"sandbox: {world.own}", flush=True)
    uvicorn.run(app.make(world), host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=3)


if __name__ == "__main__":
    sys.exit(main())

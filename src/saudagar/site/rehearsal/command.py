"""`./saudagar rehearse`: plays the sale, shows it, writes the certificate."""

import json
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from saudagar.foundation import postgres
from saudagar.foundation.whole import whole
from saudagar.site import environment
from saudagar.site.rehearsal import papers, screen
from saudagar.site.rehearsal.certificate import certificate
from saudagar.site.rehearsal.copying import CannotCopy
from saudagar.site.rehearsal.play import NotPlayed, play
from saudagar.site.rehearsal.script import Options
from saudagar.site.rehearsal.words import CHECK_WORDS, LANGUAGES

OK, WRONG, NOT_PLAYED = 0, 1, 2


def run(arguments: Sequence[str]) -> int:
    """The command. Exit status 1 when a check failed, 2 when it could not be played to its end."""
    given = _parser().parse_args(arguments)
    options = Options(**{field.name: getattr(given, field.name) for field in fields(Options)})
    if reason := options.wrong():
        print(reason, file=sys.stderr)
        return NOT_PLAYED
    # Told to stop, it still takes its copy away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(NOT_PLAYED))
    var = environment.var_folder()
    tell = screen.as_json if given.progress == "json" else screen.Screen()
    try:
        source = "" if given.empty else environment.database_url()
        played = play(options, source, tell, folder=var / "rehearsals", keep=given.keep, keys=_keys)
    except (CannotCopy, NotPlayed) as error:
        print(f"The rehearsal was not played to its end: {error}", file=sys.stderr)
        return NOT_PLAYED
    finally:
        if not os.environ.get("DATABASE_URL"):
            postgres.stop(var)
    made = certificate(played)
    out = given.out or var / "rehearsals" / made["opened_at"].replace(":", "").replace("+0000", "Z")
    _write(made, out, given)
    if given.progress != "json":
        _tell(made, out)
    return OK if made["verdict"] == "passed" else WRONG


def _keys() -> str:
    return environment.secret("SAUDAGAR_KEYS", environment.sealing_key)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="./saudagar rehearse", description="Plays a big sale on a throw-away copy of the data and proves what came of it."
    )
    defaults = Options()
    parser.add_argument("--orders", type=int, default=defaults.orders, help=f"baskets of the crowd ({defaults.orders:,})")
    parser.add_argument("--skus", type=int, default=defaults.skus, help=f"staged items ({defaults.skus})")
    parser.add_argument(
        "--hot", type=int, default=defaults.hot, help=f"of them wanted by more buyers than there are pieces ({defaults.hot})"
    )
    parser.add_argument("--kill", action="store_true", help="kill web, worker, database backends and the database in the middle")
    parser.add_argument("--seed", type=int, default=defaults.seed, help=f"the same seed plays the same crowd ({defaults.seed})")
    parser.add_argument(
        "--seconds",
        type=float,
        default=defaults.seconds,
        help="the crowd arrives evenly in so many seconds (as fast as it is answered; 20 with --kill)",
    )
    parser.add_argument(
        "--pay-seconds", type=int, default=defaults.pay_seconds, help="time to pay, in the copy (enough for everybody who pays)"
    )
    parser.add_argument("--connections", type=int, default=defaults.connections, help=f"of the crowd ({defaults.connections})")
    parser.add_argument("--campaign", default="", help="code of a campaign in the data (the next one; none: one is made for the play)")
    parser.add_argument("--empty", action="store_true", help="no copy: staged sellers only")
    parser.add_argument("--language", choices=LANGUAGES, default="id", help="of page and PDF (id)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the certificate's JSON there too")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where certificate.json, .html and .pdf go (var/rehearsals/<moment>)")
    parser.add_argument("--keep", action="store_true", help="leave the throw-away copy for a look; it may hold people's data")
    parser.add_argument("--progress", choices=["screen", "json"], default="screen", help="json: one object per line, for a supervisor")
    return parser


def _write(made: dict[str, Any], out: Path, given: Namespace) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(made, indent=1, ensure_ascii=False)
    page, pdf = papers.page(made, given.language), papers.pdf(made, given.language)
    files = {out / "certificate.json": text.encode(), out / "certificate.html": page.encode(), out / "certificate.pdf": pdf}
    if given.json:
        files[given.json] = text.encode()
    for file, content in files.items():
        with whole(file) as fresh:
            fresh.write_bytes(content)


def _tell(made: dict[str, Any], out: Path) -> None:
    for row in made["checks"]:
        mark = "wrong" if row["wrong"] else "ok   " if row["examined"] else "–    "
        print(f"  {mark} {CHECK_WORDS[row['code']]['en']:<62} {row['examined']:>10,} {row['counted']:<10} {row['wrong']:>6,} wrong")
        for example in row["examples"]:
            print("          " + ", ".join(f"{name} {fact}" for name, fact in example.items()))
    verdict = "PASSED" if made["verdict"] == "passed" else f"FAILED: {', '.join(made['failed'])}"
    print(f"\n{verdict}. The certificate lies in {out}")

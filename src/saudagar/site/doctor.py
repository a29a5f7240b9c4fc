"""`./saudagar doctor`: what is set up, what is missing, how to mend it. Starts the embedded database, changes nothing else."""

import importlib.metadata
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from saudagar.foundation import translations
from saudagar.site import environment
from saudagar.site.environment import ROOT

GB = 1024**3
SDR_DAYS = 30  # before the rates are too old to be relied on: time to look them up


class Level(StrEnum):
    GOOD = "✓"
    NOTE = "·"  # worth knowing; nothing to be done
    ODD = "!"  # works, but somebody should look at it
    BAD = "✗"  # Saudagar does not work like this


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    text: str
    mend: str = ""


Check = Callable[[], Iterator[Finding]]


def examine() -> int:
    """Prints a finding a line. Exit status 1 when something essential is missing."""
    bad = odd = 0
    colours = {Level.GOOD: "32", Level.NOTE: "2", Level.ODD: "33", Level.BAD: "31"} if sys.stdout.isatty() else {}
    for title, checks in (
        ("This machine", (python, packages, memory, disk, clock)),
        ("This copy", (var_folder, settings, secrets, texts)),
        ("Database", (database, contents, nomenclature)),
        ("Abroad", (abroad, item_numbers, sdr)),
        ("Running", (web, worker, backlog)),
        ("Extras", (chinese_font, chromium)),
    ):
        print(f"\n{title}")
        for check in checks:
            for finding in _safely(check):
                bad += finding.level is Level.BAD
                odd += finding.level is Level.ODD
                mark = f"\033[{colours[finding.level]}m{finding.level}\033[0m" if colours else finding.level
                print(f"  {mark} {finding.text}" + (f"\n      → {finding.mend}" if finding.mend else ""))
    print(
        f"\n{'Nothing essential is missing' if not bad else f'{bad} essential things to mend'}" + (f"; {odd} to look at." if odd else ".")
    )
    return 1 if bad else 0


def _safely(check: Check) -> Iterator[Finding]:
    """A check that breaks is itself a finding."""
    try:
        yield from check()
    except SystemExit as sentence:
        yield Finding(Level.BAD, f"{check.__name__.replace('_', ' ')}: {sentence}")
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        yield Finding(Level.BAD, f"{check.__name__.replace('_', ' ')}: {type(error).__name__}: {first}")


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(Level.GOOD, f"Python {version} in {sys.prefix}")
    if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        yield Finding(Level.ODD, "This is not the environment in .venv.", "Start with ./saudagar, which makes and uses it.")


def packages() -> Iterator[Finding]:
    wrong = []
    pins = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*])?==([^\s#]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    for name, wanted in pins:
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{name} {wanted} is missing")
        else:
            if found != wanted:
                wrong.append(f"{name} is {found}, pinned is {wanted}")
    if wrong:
        yield Finding(Level.BAD, "; ".join(wrong), "rm .venv/installed, then ./saudagar doctor: it installs what is pinned.")
    else:
        yield Finding(Level.GOOD, f"{len(pins)} pinned packages are installed")


def memory() -> Iterator[Finding]:
    have = psutil.virtual_memory().total
    level = Level.GOOD if have > 1.8 * GB else Level.ODD
    yield Finding(level, f"{have / GB:.1f} GB memory, {os.cpu_count()} cores", "" if level is Level.GOOD else "2 GB is comfortable.")


def disk() -> Iterator[Finding]:
    folder = environment.var_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < 0.2 * GB:
        yield Finding(Level.BAD, f"{free / GB:.2f} GB free under {folder}", "Make room, or name a folder on another disk: SAUDAGAR_VAR")
    else:
        yield Finding(Level.GOOD if free > 2 * GB else Level.ODD, f"{free / GB:.1f} GB free under {folder}")


def clock() -> Iterator[Finding]:
    # Prices, quotes, signatures and rules all hold from one moment to another.
    newest = max(path.stat().st_mtime for path in (ROOT / "requirements.txt", ROOT / "pyproject.toml"))
    if time.time() < newest - 86400:
        yield Finding(
            Level.BAD, f"The clock says {time.strftime('%Y-%m-%d %H:%M')}, before this copy was made.", "Set it: timedatectl set-ntp true"
        )
        return
    said = ""
    if shutil.which("timedatectl"):
        asked = subprocess.run(["timedatectl", "show", "-p", "NTPSynchronized", "--value"], capture_output=True, text=True, check=False)
        said = asked.stdout.strip()
    yield Finding(
        Level.ODD if said == "no" else Level.GOOD,
        f"The clock says {time.strftime('%Y-%m-%d %H:%M %Z')}" + {"yes": ", kept by NTP", "no": ", kept by nobody"}.get(said, ""),
        "timedatectl set-ntp true" if said == "no" else "",
    )


def var_folder() -> Iterator[Finding]:
    var = environment.var_folder()
    if not var.exists():
        yield Finding(Level.NOTE, f"{var} does not exist yet; `./saudagar up` makes it")
    elif not os.access(var, os.W_OK | os.X_OK):
        yield Finding(Level.BAD, f"{var} may not be written by this user", f"chown -R $(whoami) {var}, or SAUDAGAR_VAR=another folder")
    else:
        yield Finding(Level.GOOD, f"Data, uploads and logs lie in {var}")


def settings() -> Iterator[Finding]:
    port = environment.whole_number("PORT", 8000, least=1)
    demo = environment.switch("SAUDAGAR_DEMO", True)
    yield Finding(Level.NOTE, f"PORT {port}, " + ("demo: invented people, sandbox gateways" if demo else "production: no demo, no sandbox"))
    if demo and os.environ.get("HOST", "127.0.0.1") not in ("127.0.0.1", "localhost", "::1"):
        yield Finding(
            Level.ODD, "The demo, whose passwords everybody knows, is reachable from the network.", "SAUDAGAR_DEMO=0, or leave HOST out."
        )
    if environment.switch("SAUDAGAR_DEBUG", False):
        yield Finding(Level.ODD, "SAUDAGAR_DEBUG=1 shows code and settings to whoever meets an error.", "Leave it out in production.")


def secrets() -> Iterator[Finding]:
    file = environment.var_folder() / "secrets.json"
    given = [name for name in ("SAUDAGAR_SECRET_KEY", "SAUDAGAR_KEYS") if os.environ.get(name)]
    if not file.exists():
        yield Finding(Level.NOTE, "Secrets come from the environment" if len(given) == 2 else "Secrets are made at the first start")
        return
    json.loads(file.read_text())
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield Finding(Level.BAD, f"{file} can be read by others (mode {mode:04o})", f"chmod 600 {file}")
    else:
        yield Finding(Level.GOOD, f"Secrets in {file}, readable by their owner only; back them up with the database")


def texts() -> Iterator[Finding]:
    stale = [po for po in translations.catalogues() if not po.with_suffix(".mo").exists()]
    yield (
        Finding(Level.NOTE, f"{len(stale)} translations are not compiled yet; `./saudagar up` does that")
        if stale
        else Finding(Level.GOOD, f"{len(list(translations.catalogues()))} translations are compiled")
    )


def database() -> Iterator[Finding]:
    import psycopg  # noqa: PLC0415 (packages may be what is missing)

    own = bool(os.environ.get("DATABASE_URL", "").strip())
    url = environment.database_url()
    where = "of DATABASE_URL" if own else f"embedded, in {environment.var_folder() / 'postgres'}"
    with psycopg.connect(url, connect_timeout=10) as connection:
        number = connection.info.server_version
        version = f"{number // 10000}.{number % 10000}"
        if number < 150000:
            yield Finding(Level.BAD, f"PostgreSQL {version} {where}", "Saudagar needs 15 or newer.")
        else:
            yield Finding(Level.GOOD, f"PostgreSQL {version} {where}")
        shown = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('max_connections')::int,"
            " abs(extract(epoch FROM clock_timestamp()) - %s)::float",
            [time.time()],
        ).fetchone()
        assert shown is not None
        fsync, synchronous, most, apart = shown
        if fsync != "on" or synchronous == "off":
            yield Finding(
                Level.BAD, f"fsync is {fsync}, synchronous_commit is {synchronous}", "Both must be on, or acknowledged orders can be lost."
            )
        if most < 50:
            yield Finding(Level.ODD, f"max_connections is {most}", "100 or more for two web processes and a worker.")
        if apart > 2:
            yield Finding(Level.ODD, f"The database's clock is {apart:.0f} s away from this one.", "Let both be kept by NTP.")


def contents() -> Iterator[Finding]:
    _django()
    from saudagar.registry.models import Business  # noqa: PLC0415
    from saudagar.site.health import unready  # noqa: PLC0415

    problems = unready()
    for problem in problems:
        yield Finding(Level.BAD, problem, "`./saudagar up` runs them too.")
    if not problems:
        yield Finding(Level.GOOD, f"All migrations have run; {Business.objects.count()} businesses")


def nomenclature() -> Iterator[Finding]:
    """The list of HS codes is made by others and does not come with the project."""
    _django()
    from saudagar.rulebook.queries import known_hs_codes  # noqa: PLC0415

    codes = len(known_hs_codes())
    if codes:
        yield Finding(Level.GOOD, f"{codes:,} HS codes are loaded")
    else:
        yield Finding(
            Level.ODD,
            "The HS nomenclature is not loaded: codes are suggested for everyday goods only, and are not checked",
            "./saudagar rules load --hs-only FILE: UN Comtrade's list of HS 2022, a CSV with section, hscode, description.",
        )


def abroad() -> Iterator[Finding]:
    """Whether quotes to other countries can be made: rates of their currencies, and under which registrations they are."""
    _django()
    from django.conf import settings  # noqa: PLC0415

    from saudagar.foundation.clock import now  # noqa: PLC0415
    from saudagar.markets import queries as markets  # noqa: PLC0415
    from saudagar.rulebook.queries import current_rulebook  # noqa: PLC0415

    rulebook, rates = current_rulebook(), markets.home_rates(now())
    registered = settings.PLATFORM_REGISTRATIONS
    for key in registered:
        if key not in rulebook.registrations:
            yield Finding(
                Level.ODD, f"PLATFORM_REGISTRATIONS names {key}, which no rule knows", f"Known: {', '.join(rulebook.registrations)}."
            )
    yield Finding(Level.NOTE, f"Registered abroad for: {' '.join(registered) or 'nothing'} (PLATFORM_REGISTRATIONS)")
    for where in markets.open_markets():
        served = [rulebook.destinations[code] for code in where.countries if code in rulebook.destinations]
        lacking = sorted({where.currency, *(there.currency for there in served)} - rates.keys())
        if lacking:
            yield Finding(
                Level.ODD, f"Market {where.code}: no exchange rate for {', '.join(lacking)}", "Officers enter rates at /officer/rates/."
            )
        unknown = [code for code in where.countries if code not in rulebook.destinations]
        if unknown:
            yield Finding(Level.NOTE, f"Market {where.code}: the rulebook has no rules for {', '.join(unknown)}; they are not offered")


def sdr() -> Iterator[Finding]:
    """Whether what is known of the SDR is young enough to choose between CN22 and CN23."""
    _django()
    from django.utils.timezone import localdate  # noqa: PLC0415

    from saudagar.customs.queries import sdr as known_sdr  # noqa: PLC0415

    known, today = known_sdr(), localdate()
    words = f"SDR rates of {known.as_of} ({known.certainty}), relied on until {known.valid_until}"
    mend = "Read the IMF's newest ones and write them into src/saudagar/customs/data/sdr.toml."
    if today > known.valid_until:
        yield Finding(Level.ODD, f"{words}: too old, every postal form is a CN23", mend)
    else:
        is_late = (known.valid_until - today).days < SDR_DAYS
        yield Finding(Level.ODD if is_late else Level.GOOD, words, mend if is_late else "")


def item_numbers() -> Iterator[Finding]:
    """Whether numbers of postal items that we give ourselves are there for long enough."""
    _django()
    from saudagar.foundation.clock import now  # noqa: PLC0415
    from saudagar.shipping import queries as shipping  # noqa: PLC0415

    for each in shipping.numbers_left(at=now()):
        words = f"Item numbers {each.service}…{each.country}: {each.left:,} of {each.of:,} free"
        wanted = f", wanted by {', '.join(each.wanted_by)}" if each.wanted_by else ""
        mend = "Ask the post for a range, and enter it in the admin under Number ranges."
        if each.wanted_by and not each.left:
            yield Finding(Level.BAD, words + wanted, mend)
        else:
            yield Finding(Level.ODD if each.is_low else Level.GOOD, words + wanted, mend if each.is_low else "")


def web() -> Iterator[Finding]:
    port = environment.whole_number("PORT", 8000, least=1)
    address = f"http://127.0.0.1:{port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=5):
            yield Finding(Level.GOOD, f"Saudagar answers on port {port} and is ready")
    except urllib.error.HTTPError as error:
        yield Finding(
            Level.ODD, f"Something on port {port} answers {error.code} to /readyz", f"Another program? PORT={port + 10} ./saudagar up"
        )
    except OSError as error:
        refused = isinstance(getattr(error, "reason", error), ConnectionRefusedError)
        yield (
            Finding(Level.NOTE, f"Nothing runs on port {port}; it is free for `./saudagar up`")
            if refused
            else Finding(Level.ODD, f"Port {port} is taken by something that does not answer HTTP", f"PORT={port + 10} ./saudagar up")
        )


def worker() -> Iterator[Finding]:
    _django()
    from saudagar.foundation.clock import now  # noqa: PLC0415
    from saudagar.site.health import last_heartbeat, workers_alive  # noqa: PLC0415

    at = now()
    number, last = workers_alive(at), last_heartbeat()
    if number:
        yield Finding(Level.GOOD, f"{number} job workers alive")
    elif last is None:
        yield Finding(Level.NOTE, "No job worker runs; `./saudagar up` starts one")
    else:
        yield Finding(
            Level.ODD, f"No job worker since {last:%Y-%m-%d %H:%M}", "If Saudagar should be running: ./saudagar up, and see var/log/"
        )


def backlog() -> Iterator[Finding]:
    _django()
    from saudagar.foundation.clock import now  # noqa: PLC0415
    from saudagar.site.health import jobs_by_status, outbox_backlog  # noqa: PLC0415

    waiting, failed, oldest = outbox_backlog()
    if oldest is None:
        yield Finding(Level.GOOD, "Every event has been delivered")
    else:
        minutes = (now() - oldest).total_seconds() / 60
        level = Level.ODD if minutes > 5 or failed else Level.NOTE
        yield Finding(
            level,
            f"{waiting} events wait to be delivered, the oldest for {minutes:.0f} min; {failed} failed at least once",
            "Is the worker running? Why they failed: column `failure` of table foundation_outboxevent." if level is Level.ODD else "",
        )
    broken = jobs_by_status().get("failed", 0)
    if broken:
        yield Finding(Level.ODD, f"{broken} jobs failed for good", "See /admin/procrastinate/ and var/log/worker-*.log")


def chinese_font() -> Iterator[Finding]:
    fonts = [
        path
        for path in (ROOT / "src").rglob("*")
        if path.suffix.lower() in (".otf", ".ttf", ".ttc", ".woff2") and "tests" not in path.parts
    ]
    if fonts:
        yield Finding(
            Level.GOOD, f"Customs papers are set in {len(fonts)} fonts that ship, from Latin to Arabic, Thai, Korean, Japanese, Chinese"
        )
        return
    listed = ""
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout.strip()
    yield (
        Finding(Level.GOOD, f"A Chinese font for papers: {listed.splitlines()[0]}")
        if listed
        else Finding(Level.ODD, "No Chinese font for customs papers", "apt-get install fonts-noto-cjk")
    )


def chromium() -> Iterator[Finding]:
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    yield (
        Finding(Level.GOOD, f"{found} for browser tests")
        if found
        else Finding(Level.NOTE, "No Chromium: the browser tests are skipped", "apt-get install chromium")
    )


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saudagar.site.settings")
    import django  # noqa: PLC0415

    django.setup()

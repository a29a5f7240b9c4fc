"""The commands of `./saudagar`, which has made the virtual environment and started this inside it."""

import os
import signal
import sys
from collections.abc import Callable, Sequence

from saudagar.site.environment import ROOT

HELP = """\
Saudagar, an open world-trade platform.

  ./saudagar up                             start everything; Ctrl-C stops it      (PORT=8000, HOST=127.0.0.1)
  ./saudagar doctor                         what is set up, what is missing, how to mend it
  ./saudagar import areas|businesses|products FILE …
                                            take in CSV or XLSX; --help after it tells more
  ./saudagar rules check|load|show          the rulebook
  ./saudagar replay PROPOSAL [--orders N]   past orders under a proposal of rules; without a name proposals are listed
  ./saudagar bench [NAME] [--json FILE] [--full] [--peer oscar]
                                            benchmarks; without a name they are listed
  ./saudagar test [--long] [pytest's own …] the test suite; --long adds big simulations and fault runs
  ./saudagar manage …                       Django's own commands
"""


def manage(*arguments: str) -> int:
    """Django's command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saudagar.site.settings")
    from django.core.management import ManagementUtility  # noqa: PLC0415 (`up` and `test` start without Django)

    ManagementUtility(["./saudagar manage", *arguments]).execute()
    return 0


def up(*arguments: str) -> int:
    if arguments:
        raise SystemExit("`./saudagar up` takes no words after it; it is told by the environment: PORT, HOST, DATABASE_URL, SAUDAGAR_VAR.")
    from saudagar.site.supervisor import supervise  # noqa: PLC0415

    return supervise()


def test(*arguments: str) -> int:
    chosen = [word for word in arguments if word != "--long"]
    if "--long" not in arguments and not any(word.startswith("-m") for word in chosen):
        chosen = ["-m", "not long", *chosen]
    if not any(word.endswith(".py") or "::" in word or os.path.isdir(word) or word.startswith("-n") for word in chosen):
        # The whole suite: a process for each core, each with a database of its own. A few files are sooner done by one.
        chosen = ["-n", "logical", "--dist", "loadgroup", *chosen]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *chosen])


def take_in(*arguments: str) -> int:
    if not arguments or arguments[0].startswith("-"):
        raise SystemExit("Say what the file holds: ./saudagar import areas|businesses|products FILE")
    return manage(f"import_{arguments[0]}", *arguments[1:])


def rules(*arguments: str) -> int:
    return manage("rules", *arguments)


def replay(*arguments: str) -> int:
    return manage("replay", *arguments)


def bench(*arguments: str) -> int:
    from saudagar.site.bench import run  # noqa: PLC0415

    # Told to end, it still stops what it started and removes its folders.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return run(arguments)


def rehearse(*arguments: str) -> int:
    from saudagar.site.rehearsal.command import run  # noqa: PLC0415

    return run(arguments)


def doctor(*arguments: str) -> int:
    from saudagar.site.doctor import examine  # noqa: PLC0415

    return examine()


COMMANDS: dict[str, Callable[..., int]] = {
    "up": up,
    "doctor": doctor,
    "import": take_in,
    "rules": rules,
    "replay": replay,
    "bench": bench,
    "rehearse": rehearse,
    "test": test,
    "manage": manage,
}


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0
    command = COMMANDS.get(arguments[0])
    if command is None:
        print(f"There is no command {arguments[0]!r}.\n\n{HELP}", end="", file=sys.stderr)
        return 2
    return command(*arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

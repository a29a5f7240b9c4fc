"""./saudagar replay PROPOSAL [--orders N]"""

import os
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.incubation import actions, queries
from saudagar.incubation.rules.replaying import change


class Command(BaseCommand):
    help = "Replays the last paid orders and the quotes kept beside them under the law and a proposal; the result stays with the proposal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.prog = "./saudagar replay"
        parser.add_argument("proposal", nargs="?", help="its id; without one the proposals are listed")
        parser.add_argument("--orders", type=int, default=1_000_000)
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument(
            "--elasticity", action="append", default=[], metavar="[CHAPTER=]NUMBER", help="of demand: 09=-1.2, or -0.8 for all"
        )

    def handle(self, *args: Any, proposal: str | None, orders: int, processes: int, elasticity: list[str], **options: Any) -> None:
        if proposal is None:
            rows = queries.proposals()
            for row in rows:
                self.stdout.write(f"{row.pk}  {row.state:9}  {row.title}")
            if not rows:
                self.stdout.write("There are no proposals yet. Officers write them at /officer/proposals/.")
            return
        wanted, factors = _proposal(proposal), dict(map(_elasticity, elasticity))
        try:
            made = actions.ask_replay(wanted, orders=orders, elasticities=factors, by=None, at=now())
            done = actions.run_replay(made.pk, processes=processes, at=now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        assert done is not None and done.result is not None and done.seconds is not None
        totals = done.result["totals"]
        self.stdout.write(f"{done.progress:,} orders in {done.seconds:,.1f} s: {done.progress / max(done.seconds, 0.001):,.0f} a second")
        self.stdout.write(f"changed {totals['changed']:,}, impossible {totals['lost']:,}, newly possible {totals['gained']:,}")
        for row in (totals, *done.result["by"]["destination"]):
            name = " ".join(row["key"]) or "all"
            self.stdout.write(
                f"{name:4} {row['orders']:>9,} orders  landed {change(row, 'landed'):+.2f} %  levies {change(row, 'levies'):+.2f} %"
                f"  sellers {change(row, 'seller'):+.2f} %"
            )
        self._quotes(done.result["quotes"])

    def _quotes(self, found: dict[str, Any]) -> None:
        refused, priced = found["refused"]["totals"], found["priced"]["totals"]
        self.stdout.write(f"quotes: refused {refused['quotes']:,}, become possible {refused['possible']:,}")
        for row in found["refused"]["by"]["code"]:
            self.stdout.write(f"  {row['key'][0]:20} {row['quotes']:>9,} refused, become possible {row['possible']:,}")
        self.stdout.write(
            f"  priced, a sample {priced['quotes']:,}: become impossible {priced['lost']:,}, changed {priced['changed']:,},"
            f" landed {change(priced, 'landed'):+.2f} %"
        )


def _proposal(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no proposal: give its id, as ./saudagar replay lists them.") from None


def _elasticity(text: str) -> tuple[str, float]:
    """09=-1.2 or -0.8: the chapter ("" for all) and the number."""
    chapter, _, value = text.rpartition("=")
    try:
        return chapter, float(value)
    except ValueError:
        raise CommandError(f"--elasticity {text}: write 09=-1.2, or -0.8 for all") from None

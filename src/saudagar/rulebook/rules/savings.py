"""Which paper or registration would make this parcel cheaper, and by how much: "with Form E this parcel pays 0 instead of 15 %"."""

from collections.abc import Iterable

import msgspec

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.rules.landed import LandedCost, landed_cost
from saudagar.rulebook.rules.levying import Part
from saudagar.rulebook.rules.model import Rulebook
from saudagar.rulebook.rules.parcel import Request
from saudagar.rulebook.rules.resolving import Way, place, region_of, resolve, way_of


class Change(msgspec.Struct, frozen=True):
    """One levy on one line, without and with it. charged: minor units of the request's currency; rate "" where there is none."""

    kind: str
    name: str
    line: int
    rate_before: str
    rate_after: str
    charged_before: int
    charged_after: int


class Saving(msgspec.Struct, frozen=True):
    """One paper or registration. Amounts in minor units of the request's currency."""

    key: str  # form_e, origin_declaration, eu:ioss
    saved: int
    total: int  # what the parcel costs with it
    changes: tuple[Change, ...]


def savings(request: Request, rulebook: Rulebook, cost: LandedCost | None = None) -> tuple[Saving, ...]:
    """What each paper or registration that the parcel lacks would save, the most first; those that save nothing are left out.

    Refuses what `landed_cost` refuses. cost: what it answered, when it is known already.
    """
    now = cost or landed_cost(request, rulebook)
    found = []
    for key in _worth_trying(request, rulebook):
        try:
            then = landed_cost(msgspec.structs.replace(request, registrations=request.registrations | {key}), rulebook)
        except Refusal:
            continue
        if then.total < now.total:
            found.append(Saving(key, now.total - then.total, then.total, tuple(_changes(now.parts, then.parts))))
    return tuple(sorted(found, key=lambda saving: (-saving.saved, saving.key)))


def at_stake(request: Request, rulebook: Rulebook, cost: LandedCost | None = None) -> tuple[Saving, ...]:
    """What the parcel would cost without each proof that its seller claims and that is paid on: `saved` is what the border would ask for
    besides, `total` what the parcel would cost then. A proof without which no rate is known is left out."""
    now = cost or landed_cost(request, rulebook)
    found = []
    for proof in dict.fromkeys(each.proof for each in now.proofs):
        without = {each.agreement for each in now.proofs if each.proof == proof}
        items = tuple(
            msgspec.structs.replace(item, claims=tuple(claim for claim in item.claims if claim.agreement not in without))
            for item in request.items
        )
        try:
            then = landed_cost(msgspec.structs.replace(request, items=items), rulebook)
        except Refusal:
            continue
        found.append(Saving(proof, then.total - now.total, then.total, tuple(_changes(now.parts, then.parts))))
    return tuple(sorted(found, key=lambda saving: (-saving.saved, saving.key)))


def _worth_trying(request: Request, rulebook: Rulebook) -> list[str]:
    """Proofs of the agreements these goods have, declarations that stand for them, registrations that lead to another scheme."""
    destination = place(rulebook, request.destination)
    region = region_of(destination, request.region)
    way = way_of(rulebook, destination, request.mode, request.dispatch, region, request.on)
    keys = dict.fromkeys(name for scheme in way.schemes for name in scheme.if_registration)
    keys |= dict.fromkeys(_proofs(request, rulebook, way, region))
    return [key for key in keys if key not in request.registrations]


def _proofs(request: Request, rulebook: Rulebook, way: Way, region: str) -> Iterable[str]:
    agreements = set()
    for item in request.items:
        for scheme in way.schemes:
            modes = (scheme.called, way.mode.name)
            for row in resolve(rulebook, request.destination, item.hs, item.origin, request.on, modes=modes, region=region).preferences:
                agreements.add(row.agreement)
                yield row.proof
    for preference in way.preferences:
        if preference.agreement in agreements:
            yield preference.declaration


def _changes(before: Iterable[Part], after: Iterable[Part]) -> Iterable[Change]:
    """Levies whose amount is another, in the order of lines."""
    old, new = ({(part.line, part.levy.kind, part.levy.name or _fee(part)): part for part in parts} for parts in (before, after))
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        charged_before, charged_after = was.charged if was else 0, now.charged if now else 0
        if charged_before == charged_after:
            continue
        some = was or now
        if some:
            yield Change(
                some.levy.kind,
                some.levy.name,
                some.line,
                was.levy.rate if was else "",
                now.levy.rate if now else "",
                charged_before,
                charged_after,
            )


def _fee(part: Part) -> str:
    """Fees and excises that stand side by side are told apart by their rule."""
    return part.levy.rule if part.levy.kind in ("fee", "excise") else ""

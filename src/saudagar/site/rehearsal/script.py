"""Who comes to the sale, wants what, and behaves how. Pure: the same seed and offers give the same crowd.

Most pay. Some send their quote again, at once or later; some never pay, pay too late, or pay an amount that is not theirs; notices
are repeated, delayed, lost, turned round and forged. More want the hot items than there are pieces.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_ORDERS, MOST_SKUS, MOST_SECONDS = 200_000, 20_000, 900

# What a buyer who got an order does -> of how many in a thousand. The sandbox knows the words (saudagar_sandbox/deeds.py).
DEEDS = {
    "pay": 490,
    "repeat": 90,  # paid; the notice comes three times more
    "out_of_order": 60,  # paid; the older notice "pending" comes after "success"
    "delay": 50,  # paid in time, told later
    "pay_silently": 30,  # paid; the notice is lost and the platform has to ask
    "late": 70,  # paid after the pieces went back: owed back
    "mismatch": 15,  # paid less than was asked
    "forge": 25,  # nothing paid, a notice signed by somebody else
    "unsigned": 20,  # nothing paid, a notice that is not signed
    "fail": 20,  # the bank says no
    "abandon": 130,  # never pays
}
AGAIN_AT_ONCE, AGAIN_LATER, TAMPERED = 0.10, 0.06, 0.01  # shares of the baskets
TWO_SELLERS = 0.03
PAYERS = 3000  # about as many go on to pay, at most: the bank of the rehearsal is small
PAYMENTS_A_SECOND = 25  # what it does on a slow machine
KILL_SECONDS = 20.0  # a crowd that is to see processes die takes its time
TWICE = 0.15  # of buyers of a limited item: come a second time for more of it
HOT_WANTED = 3  # buyers for each hot piece
VICTIMS = ("web", "worker", "backend", "server")


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. Bounded, so that a rehearsal ends."""

    orders: int = 2000
    skus: int = 40
    hot: int = 4
    kill: bool = False
    seed: int = 11
    seconds: float = 0  # the crowd arrives evenly within so many; 0 = each connection as fast as it is answered
    pay_seconds: int = 0  # time to pay, in the copy; 0 = enough for everybody who pays
    connections: int = 64
    campaign: str = ""  # code of one in the data; "": the next one, or one made for the play

    def wrong(self) -> str:
        """Why it cannot be played, or nothing."""
        bounds = {
            "orders": (10, MOST_ORDERS),
            "skus": (2, MOST_SKUS),
            "hot": (1, self.skus),
            "pay_seconds": (0, 600),
            "connections": (1, 512),
            "seconds": (0, MOST_SECONDS),
        }
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                return f"--{name.replace('_', '-')} must be from {least:,} to {most:,}"
        return ""

    @property
    def crowd_seconds(self) -> float:
        """How long the crowd takes to arrive; 0: as fast as it is answered."""
        return self.seconds or (KILL_SECONDS if self.kill else 0.0)

    @property
    def pay_within(self) -> int:
        """Seconds to pay, in the copy."""
        return self.pay_seconds or 8 + min(self.orders, PAYERS) // PAYMENTS_A_SECOND

    @property
    def hot_pieces(self) -> int:
        """On the shelf of each hot item: a third of what is wanted."""
        return max(self.orders // 2 // self.hot // HOT_WANTED, 1)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the crowd can buy."""

    listing: str  # handle
    business: str
    pool: str
    name: str
    is_hot: bool
    pieces: int  # left at the opening
    market: str = "id"
    most_per_buyer: int = 0  # in the campaign; 0 = no limit
    campaign: str = ""  # code


@dataclass(frozen=True, slots=True)
class Basket:
    """One quote: what one buyer wants, and what this buyer does afterwards."""

    number: int
    buyer: int  # the same number is the same telephone
    market: str
    lines: tuple[tuple[str, int], ...]  # listing handle, pieces
    deed: str
    campaign: str = ""  # priced ahead of it

    @property
    def pieces(self) -> int:
        return sum(quantity for _, quantity in self.lines)


@dataclass(frozen=True, slots=True)
class Script:
    """The whole play. Sendings: (basket number, is tampered with) in the order in which they are sent."""

    baskets: list[Basket]
    sendings: list[tuple[int, bool]]
    kills: list[tuple[float, str]] = field(default_factory=list)  # share of the crowd's time, victim


def written(options: Options, offers: Sequence[Offer]) -> Script:
    """The play for these offers; at least one must be hot and one must not."""
    dice = random.Random(options.seed)  # noqa: S311 (a play, not a secret)
    hot = [offer for offer in offers if offer.is_hot]
    shelf = [offer for offer in offers if not offer.is_hot]
    beside: dict[tuple[str, str], list[Offer]] = {}
    for offer in shelf:
        beside.setdefault((offer.market, offer.business), []).append(offer)
    baskets: list[Basket] = []
    while len(baskets) < options.orders:
        wanted = dice.choice(hot) if hot and (dice.random() < 0.5 or not shelf) else dice.choice(shelf)
        baskets.append(_basket(dice, len(baskets), wanted, beside, shelf, options))
        if wanted.is_hot and wanted.most_per_buyer and len(baskets) < options.orders and dice.random() < TWICE:
            # The same telephone once more, for as much as one buyer may have: together too much.
            first = baskets[-1]
            lines = ((wanted.listing, wanted.most_per_buyer),)
            baskets.append(Basket(len(baskets), first.buyer, wanted.market, lines, _deed(dice, options), wanted.campaign))
    kills = _kills(dice, options) if options.kill else []
    return Script(baskets, _sendings(dice, baskets), kills)


def _basket(
    dice: random.Random,
    number: int,
    wanted: Offer,
    beside: dict[tuple[str, str], list[Offer]],
    shelf: list[Offer],
    options: Options,
) -> Basket:
    """Two lines where the seller has a second one; now and then of two sellers."""
    same_market = [offer for offer in shelf if offer.market == wanted.market] if dice.random() < TWO_SELLERS else []
    others = [offer for offer in same_market or beside.get((wanted.market, wanted.business), []) if offer.listing != wanted.listing]
    lines = [(wanted.listing, 1)]
    if others:
        lines.append((dice.choice(others).listing, dice.choice((1, 1, 1, 2))))
    return Basket(number, number, wanted.market, tuple(lines), _deed(dice, options), wanted.campaign)


def _deed(dice: random.Random, options: Options) -> str:
    if dice.random() > PAYERS / options.orders:
        return "abandon"
    return dice.choices(list(DEEDS), list(DEEDS.values()))[0]


def _sendings(dice: random.Random, baskets: Sequence[Basket]) -> list[tuple[int, bool]]:
    sent: list[tuple[float, int, bool]] = []
    for place, basket in enumerate(baskets):
        sent.append((place, basket.number, False))
        if dice.random() < AGAIN_AT_ONCE:
            sent.append((place + 0.5, basket.number, False))
        if dice.random() < AGAIN_LATER:
            sent.append((dice.uniform(place, len(baskets)) + 0.5, basket.number, False))
        if dice.random() < TAMPERED:
            sent.append((place + 0.2, basket.number, True))
    return [(number, tampered) for _, number, tampered in sorted(sent)]


def _kills(dice: random.Random, options: Options) -> list[tuple[float, str]]:
    """Each kind at least once, spread over the run; a long run sees more of them."""
    number = max(len(VICTIMS), min(int(options.crowd_seconds // 5), 24))
    order = [VICTIMS[place % len(VICTIMS)] for place in range(number)]
    dice.shuffle(order)
    return [((place + 0.5 + dice.uniform(-0.2, 0.2)) / (number + 0.5), victim) for place, victim in enumerate(order)]


def tampered(token: str) -> str:
    """The quote with one character of its middle changed."""
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


HOME = {"country": "ID", "region": "32.73", "postal_code": "40111"}
CHINA = {"country": "CN", "region": "31", "postal_code": "200000"}
DESTINATIONS = {"id": HOME, "cn": CHINA}
NAMES = ("Rina", "Joko", "Putri", "Agus", "Wati", "Bima", "Ayu", "Tono", "Lestari", "Dimas")


def quote_body(basket: Basket) -> dict[str, Any]:
    """POST /api/v1/quotes."""
    lines = [{"listing": listing, "quantity": quantity} for listing, quantity in basket.lines]
    ahead = {"campaign": basket.campaign} if basket.campaign else {}
    return {"market": basket.market, "destination": DESTINATIONS[basket.market], "lines": lines, **ahead}


def order_body(basket: Basket, token: str) -> dict[str, Any]:
    """POST /api/v1/orders: every buyer with a name and a telephone of their own, plainly invented."""
    place = DESTINATIONS[basket.market]
    name = f"{NAMES[basket.buyer % len(NAMES)]} Contoh {basket.buyer}"
    if basket.market == "cn":
        buyer = {"name": name, "phone": f"+86139{basket.buyer:08d}", "identity": _identity(basket.buyer)}
        address = {**place, "line": f"示例路 {basket.buyer} 号", "city": "上海"}
        return {"quote": token, "buyer": buyer, "address": address, "payment": "alipay"}
    buyer = {"name": name, "phone": f"+62899{basket.buyer:08d}", "email": f"pembeli{basket.buyer}@contoh.example"}
    address = {**place, "line": f"Jl. Contoh {basket.buyer}", "city": "Bandung"}
    return {"quote": token, "buyer": buyer, "address": address, "payment": "qris"}


def _identity(number: int) -> str:
    """A resident identity number that was never given to anybody: born in 1900, with its check character (GB 11643)."""
    body = f"310101{1900 + number // 1000 // 12 % 20:04d}{number // 1000 % 12 + 1:02d}01{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]

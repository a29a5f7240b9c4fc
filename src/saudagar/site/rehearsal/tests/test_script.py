"""The crowd: the same seed plays the same evening, and it brings everything that is to be proved."""

from collections import Counter

import pytest
from stdnum.cn import ric

from saudagar.site.rehearsal.script import DEEDS, VICTIMS, Offer, Options, Script, order_body, quote_body, tampered, written


def offers(*, limit: int = 2, market: str = "id") -> list[Offer]:
    hot = [Offer(f"T-HOT-{place}", f"b{place}", f"p{place}", f"Hot {place}", True, 10, market, limit, "11-11") for place in range(2)]
    shelf = [Offer(f"T-{place}", f"b{place % 4}", f"q{place}", f"Kopi {place}", False, 9999, market) for place in range(12)]
    return [*hot, *shelf]


def play(**options: int) -> Script:
    return written(Options(orders=2000, **options), offers())


def test_the_same_seed_plays_the_same_evening() -> None:
    assert play() == play()
    assert play(seed=12) != play()


def test_more_is_wanted_of_hot_items_than_there_is() -> None:
    options = Options(orders=2000, hot=2)
    wanted = Counter(listing for basket in play().baskets for listing, _ in basket.lines)
    for listing in ("T-HOT-0", "T-HOT-1"):
        assert wanted[listing] > 2 * options.hot_pieces


def test_everybody_is_there() -> None:
    found = play()
    assert len(found.baskets) == 2000
    assert {basket.deed for basket in found.baskets} == set(DEEDS)
    sent = Counter(number for number, is_tampered in found.sendings if not is_tampered)
    assert set(sent) == {basket.number for basket in found.baskets}
    assert sum(times > 1 for times in sent.values()) > 200
    assert sum(is_tampered for _, is_tampered in found.sendings) > 5
    assert sum(len(basket.lines) == 2 for basket in found.baskets) > 1000
    sellers = {offer.listing: offer.business for offer in offers()}
    assert any(len({sellers[listing] for listing, _ in basket.lines}) == 2 for basket in found.baskets)


def test_some_come_twice_for_more_than_one_may_have() -> None:
    pieces: Counter[tuple[int, str]] = Counter()
    for basket in play().baskets:
        for listing, quantity in basket.lines:
            if listing.startswith("T-HOT"):
                pieces[basket.buyer, listing] += quantity
    assert sum(each > 2 for each in pieces.values()) > 50


def test_one_sending_again_follows_at_once_and_others_later() -> None:
    sent = [number for number, is_tampered in play().sendings if not is_tampered]
    assert any(sent[place] == sent[place + 1] for place in range(len(sent) - 1))
    first = {number: place for place, number in reversed(list(enumerate(sent)))}
    assert any(place - first[number] > 100 for place, number in enumerate(sent))


def test_a_large_crowd_pays_no_more_than_the_bank_can_take() -> None:
    found = written(Options(orders=20_000), offers())
    assert 2000 < sum(basket.deed != "abandon" for basket in found.baskets) < 3100


def test_everything_is_killed_at_least_once_and_only_when_asked() -> None:
    assert play().kills == []
    found = play(kill=True)
    assert {victim for _, victim in found.kills} == set(VICTIMS)
    assert [share for share, _ in found.kills] == sorted(share for share, _ in found.kills)
    assert all(0 < share < 1 for share, _ in found.kills)
    assert len(play(kill=True, seconds=60).kills) == 12


def test_bodies_are_of_invented_people_with_telephones_of_their_own() -> None:
    found = play()
    bodies = [order_body(basket, "token") for basket in found.baskets]
    assert len({body["buyer"]["phone"] for body in bodies}) == len({basket.buyer for basket in found.baskets})
    assert all("Contoh" in body["buyer"]["name"] for body in bodies)
    hot = next(basket for basket in found.baskets if basket.campaign)
    assert quote_body(hot)["campaign"] == "11-11"
    assert "campaign" not in quote_body(next(basket for basket in found.baskets if not basket.campaign))


def test_in_china_buyers_have_identity_numbers_that_check_out() -> None:
    found = written(Options(orders=300), offers(market="cn"))
    numbers = {order_body(basket, "token")["buyer"]["identity"] for basket in found.baskets}
    assert len(numbers) == len({basket.buyer for basket in found.baskets})
    assert all(ric.is_valid(number) for number in numbers)


def test_a_tampered_token_differs_in_one_character() -> None:
    token = "A" * 40 + "B" * 41
    assert sum(one != other for one, other in zip(token, tampered(token), strict=True)) == 1
    assert tampered("A" * 9) != "A" * 9


@pytest.mark.parametrize(
    "options", [{"orders": 5}, {"orders": 10**9}, {"skus": 1}, {"hot": 0}, {"hot": 41}, {"seconds": 10**6}, {"connections": 0}]
)
def test_it_is_bounded(options: dict[str, int]) -> None:
    assert "--" + next(iter(options)) in Options(**options).wrong()
    assert Options().wrong() == ""

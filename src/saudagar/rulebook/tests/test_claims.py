"""What a seller claims of its goods: which agreement's rate a line pays, and what must be there for it when the parcel leaves."""

import json

import msgspec
import pytest

from saudagar.rulebook.rules import Claim, Item, agrees, as_data, at_stake, from_data, landed_cost, recompute, savings, snapshot
from saudagar.rulebook.rules.agreements import agreement, agreements, agreements_with, needs_paper
from saudagar.rulebook.rules.labels import stake_words
from saudagar.rulebook.tests.cast import TODAY, shipped, to_china
from saudagar.rulebook.tests.made_up import amounts, cost, country, row, rule, scheme

PAPER = (Claim("ACFTA", "paper", "CTH"),)
WORD = (Claim("ACFTA", "declaration", "PE"),)
NOODLES = "190230"
RATES = {"USD": "7.00"}


def parcel(value, claims=(), **more):
    return to_china(Item(NOODLES, value, 10, claims=claims), mode="general", rates=RATES, **more)


def test_a_claim_with_the_paper_pays_what_the_paper_gives():
    found = landed_cost(parcel(10_000_00, PAPER), shipped())
    assert found.duty == landed_cost(parcel(10_000_00, registrations=frozenset({"form_e"})), shipped()).duty == 0
    [proof] = found.proofs
    assert (proof.line, proof.agreement, proof.proof, proof.by, proof.criterion) == (0, "ACFTA", "form_e", "paper", "CTH")
    assert proof.rule == found.parts[0].levy.rule == "cn-acfta-190230"


@pytest.mark.parametrize(("value", "by", "duty"), [(1_400_00, "declaration", 0), (1_400_01, "", 140_00)])
def test_a_word_is_believed_up_to_what_the_agreement_says(value, by, duty):
    """US$200 at 7 yuan."""
    found = landed_cost(parcel(value, WORD), shipped())
    assert (found.duty, [proof.by for proof in found.proofs]) == (duty, [by] if by else [])


@pytest.mark.parametrize(("value", "by"), [(1_400_00, "declaration"), (1_400_01, "paper")])
def test_nobody_is_asked_for_a_paper_where_a_word_will_do(value, by):
    [proof] = landed_cost(parcel(value, PAPER), shipped()).proofs
    assert proof.by == by


def test_without_the_rate_of_a_threshold_a_word_is_not_believed_and_nothing_stops():
    """China's own market brings no dollar rate: a claim must not turn its quotes into refusals."""
    for claims, found in ((WORD, []), (PAPER, ["paper"])):
        request = to_china(Item(NOODLES, 100_00, 10, claims=claims), mode="general")
        assert [proof.by for proof in landed_cost(request, shipped()).proofs] == found
    retail = to_china(Item("090121", 100_00, claims=PAPER))
    assert landed_cost(retail, shipped()).parts == landed_cost(to_china(Item("090121", 100_00)), shipped()).parts


def test_each_line_has_its_own():
    """Registrations hold for a whole parcel; one product's origin says nothing of another's."""
    book = country(scheme(), rows=[row("d", "duty", "", "10%"), row("v", "vat", "", "0%"), _agreed("a", "A")], papers=_papers("form_a"))
    found = cost(book, Item("090121", 100_00, claims=(Claim("A", "paper"),)), Item("090121", 100_00))
    assert amounts(found) == [("duty", 0), ("vat", 0), ("duty", 10_00), ("vat", 0)]
    assert [proof.line for proof in found.proofs] == [0]


def test_a_declaration_under_one_agreement_is_none_under_another():
    """What is declared is named: a word for B does not open A, though both take declarations."""
    small = "".join(
        rule("preference", name, f'agreement = "{name.upper()}"\nwaived_up_to = "200.00"\ndeclaration = "origin_declaration"')
        for name in "ab"
    )
    rows = [row("d", "duty", "", "10%"), row("v", "vat", "", "0%"), _agreed("ra", "A"), _agreed("rb", "B", rate="4%", proof="form_b")]
    book = country(small, scheme(), rows=rows, papers=_papers("form_a", "form_b"))
    claimed = cost(book, Item("090121", 100_00, claims=(Claim("B", "declaration"),)))
    assert (claimed.duty, [proof.agreement for proof in claimed.proofs]) == (4_00, ["B"])
    both = cost(book, Item("090121", 100_00, claims=(Claim("A", "declaration"), Claim("B", "declaration"))))
    assert (both.duty, [proof.agreement for proof in both.proofs]) == (0, ["A"])  # the lowest, and only that is to be proven


def test_of_two_agreements_that_give_the_same_the_one_that_needs_no_paper_is_used():
    """Korea: AKFTA takes a declaration up to US$200, IK-CEPA up to US$1,000."""
    small = rule("preference", "b", 'agreement = "B"\nwaived_up_to = "200.00"\ndeclaration = "origin_declaration"')
    rows = [row("d", "duty", "", "10%"), row("v", "vat", "", "0%"), _agreed("ra", "A"), _agreed("rb", "B", proof="form_b")]
    book = country(small, scheme(), rows=rows, papers=_papers("form_a", "form_b"))
    both = (Claim("A", "paper"), Claim("B", "paper"))
    assert [(each.agreement, each.by) for each in cost(book, Item("090121", 200_00, claims=both)).proofs] == [("B", "declaration")]
    assert [(each.agreement, each.by) for each in cost(book, Item("090121", 200_01, claims=both)).proofs] == [("A", "paper")]
    assert not cost(book, Item("090121", 200_00, claims=both), registrations=frozenset({"form_b"})).proofs


def test_where_the_declaration_is_the_proof_there_is_no_ceiling():
    rows = [row("d", "duty", "", "10%"), row("v", "vat", "", "0%"), _agreed("a", "A", proof="origin_declaration")]
    book = country(scheme(), rows=rows, papers=_papers("origin_declaration"))
    [proof] = cost(book, Item("090121", 90_000_00, claims=(Claim("A", "declaration"),))).proofs
    assert proof.by == "declaration"


def test_nothing_is_to_be_proven_where_nothing_is_saved():
    relief = rule("relief", "small", 'kinds = ["duty"]\nvalue_basis = ["goods"]\nat_most = "150.00"')
    rows = [row("d", "duty", "", "10%"), row("free", "duty", "49", "0%"), row("v", "vat", "", "0%"), _agreed("a", "A")]
    book = country(relief, scheme(), rows=rows, papers=_papers("form_a"))
    mine = (Claim("A", "paper"),)
    assert not cost(book, Item("090121", 150_00, claims=mine)).proofs  # let off anyway
    assert not cost(book, Item("490110", 900_00, claims=mine)).proofs  # free for everybody
    assert not cost(book, Item("090121", 900_00, origin="VN", claims=mine)).proofs  # of another country
    assert cost(book, Item("090121", 900_00, claims=mine)).proofs
    assert not cost(book, Item("090121", 900_00, claims=mine), registrations=frozenset({"form_a"})).proofs  # shown already


@pytest.mark.parametrize(
    ("value", "besides", "duty", "is_proven"),
    [(200_00, 0, 0, True), (200_00, 10_00, 0, True), (900_00, 0, 18_00, True), (40_00, 0, 0, False)],
)
def test_a_duty_too_small_to_be_collected_is_proven_where_the_usual_one_is_not(value, besides, duty, is_proven):
    """20.00 is due on 200.00; at 2 % it is 4.00, which nobody collects: because of the claim."""
    waiver = rule("waiver", "small", 'kinds = ["duty"]\nat_most = "5.00"\nper = "order"')
    rows = [row("d", "duty", "", "10%"), row("v", "vat", "", "0%"), _agreed("a", "A", rate="2%")]
    book = country(waiver, scheme(), rows=rows, papers=_papers("form_a"))
    others = [Item("090121", besides)] if besides else []
    found = cost(book, Item("090121", value, claims=(Claim("A", "paper"),)), *others)
    assert (found.duty, bool(found.proofs)) == (duty, is_proven)


def test_a_claim_without_which_no_rate_is_known_is_proven_however_small_the_rest():
    """Switzerland: fish has no known duty but under IEFTA; the coffee beside it owes less than five francs."""
    waiver = rule("waiver", "small", 'kinds = ["duty"]\nat_most = "5.00"\nper = "order"')
    rows = [row("d", "duty", "09", "10%"), row("v", "vat", "", "0%"), row("a", "duty", "03", "0%", agreement="A", proof="form_a")]
    book = country(waiver, scheme(), rows=rows, papers=_papers("form_a"))
    found = cost(book, Item("030617", 200_00, claims=(Claim("A", "paper"),)), Item("090121", 40_00))
    assert (found.duty, [proof.line for proof in found.proofs]) == (0, [0])


def test_the_snapshot_keeps_claims_and_what_they_came_to():
    request = parcel(1_500_00, PAPER)
    found = landed_cost(request, shipped())
    kept = from_data(json.loads(json.dumps(as_data(snapshot(request, found)))))

    assert kept.lines[0].claims == list(PAPER)
    assert [(proof.agreement, proof.proof, proof.by) for proof in kept.proofs] == [("ACFTA", "form_e", "paper")]
    again = recompute(kept, shipped())
    assert (again, agrees(kept, again)) == (found, True)


def test_a_snapshot_from_before_claims_is_read_as_one_without():
    request = parcel(1_500_00)
    data = as_data(snapshot(request, landed_cost(request, shipped())))
    assert "proofs" not in data and "claims" not in data["lines"][0]
    assert recompute(from_data(data), shipped()).duty == 150_00


def test_what_is_at_stake_is_what_customs_would_ask_for_besides():
    request = parcel(1_500_00, PAPER)
    [stake] = at_stake(request, shipped())
    # 10 % duty, and 13 % VAT on it
    assert (stake.key, stake.saved) == ("form_e", 150_00 + 19_50)
    assert stake_words(stake, shipped(), "CNY", "en") == "Without Certificate of origin Form E (ACFTA) customs there asks for ¥169.50 more."
    assert at_stake(parcel(1_500_00), shipped()) == ()
    assert "form_e" not in {saving.key for saving in savings(request, shipped())}  # had already


def test_agreements_of_some_goods_by_where_they_help():
    found = {each.name: each for each in agreements(shipped(), NOODLES, "ID", TODAY)}
    [china] = found["ACFTA"].places
    assert (found["ACFTA"].proof, china.destination, china.rate, china.usual) == ("form_e", "CN", "0%", "10%")
    assert (china.waived_up_to, china.currency) == (200_00, "USD")
    assert needs_paper(found["ACFTA"], "paper") and not needs_paper(found["ACFTA"], "declaration")
    assert found["ACFTA"].takes_declaration and not found["ACFTA"].is_declared
    assert {place.destination for place in found["ATIGA"].places} <= {"MY", "PH", "TH", "VN"}
    assert agreement(shipped(), "ACFTA", NOODLES, "VN", TODAY) is None
    assert agreement(shipped(), "NAFTA", NOODLES, "ID", TODAY) is None


def test_members_of_a_union_are_one_place():
    found = agreement(shipped(), "GSP", "620520", "ID", TODAY)
    assert found is not None
    assert [(place.destination, place.rate, place.waived_up_to, place.currency) for place in found.places] == [
        ("EU", "9.6%", 6_000_00, "EUR")
    ]
    assert agreements_with(shipped(), "DE") == {"GSP"}
    assert agreements_with(shipped(), "XX") == frozenset()


def test_every_paper_that_an_agreement_asks_for_is_known():
    """A seller reads its name and who gives it."""
    book = shipped()
    rows = [row for there in book.destinations.values() for row in there.tariffs if row.agreement]
    assert rows and not {row.proof for row in rows} - book.papers.keys()
    assert all(row.kind == "duty" and row.proof for row in rows)


def test_claims_of_ten_thousand_parcels_share_their_recipes():
    """Rows are kept by goods and rows, not by who claims: another seller's claim finds them there."""
    before = len(shipped().resolved)
    landed_cost(parcel(10_000_00, PAPER), shipped())
    after = len(shipped().resolved)
    landed_cost(parcel(10_000_00, (msgspec.structs.replace(PAPER[0], criterion="WO"),)), shipped())
    assert len(shipped().resolved) == after >= before


def _agreed(identity, name, *, rate="0%", proof="form_a"):
    return row(identity, "duty", "", rate, origin="ID", agreement=name, proof=proof)


def _papers(*keys):
    words = '{ id = "x", en = "x", "zh-hans" = "x" }'
    return "".join(f'[[paper]]\nkey = "{key}"\nof = "parcel"\nnames = {words}\ngiven_by = {words}\ntakes = {words}\n' for key in keys)

"""Proposals by the API: an officer's whole way, the same replay asked twice, an invited authority with its token, and who is refused."""

from datetime import timedelta

import pytest
from django.test import Client

from saudagar.audit.models import Entry
from saudagar.incubation import actions, reports
from saudagar.incubation.models import Comment, Counterpart, Proposal, Replay, Signature
from saudagar.incubation.rules import editing
from saudagar.incubation.tests.cast import NO_VAT, NOON, a_business, a_proposal, arif, law, to_china
from saudagar.people import actions as people
from saudagar.rulebook import queries as releases

pytestmark = pytest.mark.django_db
HALF_VAT = {"type": "share", "rule": "cn-cbec", "levy": "vat", "share": "35%"}


@pytest.fixture(autouse=True)
def _law(monkeypatch):
    """The law, and noon everywhere."""
    law()
    for module in ("api", "counterpart_api"):
        monkeypatch.setattr(f"saudagar.incubation.{module}.now", lambda: NOON)
    yield
    releases.forget()


@pytest.fixture
def officer(client):
    user = arif()
    client.force_login(user)
    return user


def post(client, path, data=None, **headers):
    return client.post(f"/api/v1{path}", data or {}, content_type="application/json", headers={"accept-language": "en", **headers})


def get(client, path, **headers):
    return client.get(f"/api/v1{path}", headers={"accept-language": "en", **headers})


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def opened(client):
    answer = post(client, "/proposals", {"title": "Half the VAT", "authority": "Kemendag", "why": "To see"})
    assert answer.status_code == 201, answer.content
    return f"/proposals/{answer.json()['proposal']}"


def done(proposal):
    asked = actions.ask_replay(proposal.pk, orders=100, elasticities={}, by=None, at=NOON)
    return actions.run_replay(asked.pk, processes=0, at=NOON)


def invited(client, proposal):
    answer = post(client, f"/proposals/{proposal.pk}/counterparts", {"authority": "GACC", "country": "CN"})
    assert answer.status_code == 201
    return answer.json()


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def test_from_opening_to_law(client, officer):
    to_china(a_business(), at=NOON - timedelta(hours=1))
    here = opened(client)

    changed = post(client, f"{here}/edits", HALF_VAT)
    assert changed.status_code == 201
    (change,) = changed.json()["changes"]
    assert (change["rule"], change["what"], change["place"], change["begins"]) == ("cn-cbec", "changed", "CN", None)
    assert {"field": "vat_share", "label": "VAT collected", "before": "70%", "after": "35%"} in change["fields"]

    asked = post(client, f"{here}/replays", {"orders": 100, "elasticities": {"09": -1.2}})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    at = f"{here}/replays/{asked.json()['replay']}"
    assert (get(client, at).json()["state"], get(client, at).json()["report"]) == ("waiting", None)
    actions.run_replay(Replay.objects.get().pk, processes=0, at=NOON)
    told = get(client, at).json()
    # ¥18.20 becomes ¥9.10; Rp2,000 a yuan.
    assert (told["state"], told["report"]["totals"]["levies_old"], told["report"]["totals"]["levies_new"]) == ("done", 3_640_000, 1_820_000)
    assert told["report"]["by"]["destination"][0]["key"] == ["CN"]

    assert post(client, f"{here}/shadow").json()["state"] == "shadow"
    to_china(a_business("32", "Batik"), at=NOON + timedelta(minutes=5))
    actions.compute_shadow(Proposal.objects.get().pk, at=NOON + timedelta(hours=1))
    (day,) = get(client, f"{here}/shadow").json()["days"]
    assert (day["destination"], day["orders"], day["levies_old"], day["levies_new"]) == ("CN", 1, 1_820, 910)
    assert post(client, f"{here}/shadow/end").json()["state"] == "draft"

    pilot = {"provinces": ["11"], "markets": ["cn"], "starts_on": "2026-11-21", "ends_on": "2026-11-30"}
    assert code(post(client, f"{here}/pilot", {**pilot, "provinces": ["98"]})) == (422, "bad_pilot")
    begun = post(client, f"{here}/pilot", pilot).json()
    assert (begun["state"], begun["pilot"]["provinces"], begun["pilot"]["ends_at"]) == ("pilot", ["11"], "2026-11-30T17:00:00Z")
    assert code(post(client, f"{here}/effect")) == (422, "bad_pilot")  # it has just begun
    assert post(client, f"{here}/pilot/end").json()["state"] == "draft"

    made = post(client, f"{here}/law", {"on": "2026-11-23"}).json()
    assert (made["state"], made["law_on"]) == ("scheduled", "2026-11-23")
    actions.keep_going(at=NOON + timedelta(days=2))
    assert get(client, here).json()["state"] == "law"
    assert get(client, here).json()["release"] == releases.current_rulebook().version
    assert [row["state"] for row in get(client, "/proposals?state=law").json()["proposals"]] == ["law"]
    assert get(client, "/proposals?state=draft").json() == {"proposals": []}
    trail = [entry.action.removeprefix("incubation.") for entry in Entry.objects.filter(subject=here[11:]).order_by("at", "id")]
    # A replay is over when its seconds have passed: among steps that all happen at noon its place says nothing.
    assert [step for step in trail if step != "replayed"] == [
        "opened", "edited", "replay_asked", "shadow_begun", "shadow_ended", "pilot_begun", "pilot_ended", "law_scheduled", "became_law",
    ]  # fmt: skip
    assert trail.count("replayed") == 1
    assert {entry.by for entry in Entry.objects.filter(action="incubation.edited")} == {officer.pk}


def test_every_kind_of_edit(client, officer):
    here = opened(client)
    text = get(client, f"{here}/files/destinations/CN.toml").json()
    switch = sorted(releases.current_rulebook().switches)[0]
    edits = [
        {"type": "limit", "rule": "cn-cbec-order", "at_most": "8000.00", "begins": "2027-01-01"},
        {"type": "rate", "destination": "CN", "kind": "vat", "hs": "090121", "rate": "3%"},
        {"type": "fee", "destination": "CN", "name": "Handling", "amount": "2.00", "currency": "CNY", "per": "parcel"},
        HALF_VAT,
        {"type": "switch", "name": switch, "on": not releases.current_rulebook().switches[switch].on},
    ]
    looked_at = {"type": "text", "file": "destinations/CN.toml", "text": text["text"] + "\n# Looked at.\n"}
    assert code(post(client, f"{here}/edits", looked_at)) == (422, "changes_nothing")  # a comment alone
    assert [post(client, f"{here}/edits", each).status_code for each in edits] == [201] * 5

    found = get(client, here).json()

    assert [each["type"] for each in found["edits"]] == ["limit", "rate", "fee", "share", "switch"]
    assert {change["rule"]: change["begins"] for change in found["changes"]}["cn-cbec-order"] == "2027-01-01"
    whole = get(client, f"{here}/files/destinations/CN.toml").json()
    assert whole["is_changed"] and "cn-proposed-fee-1" in whole["text"]
    written = whole["text"].replace('at_most = "26000.00"', 'at_most = "30000.00"')
    assert post(client, f"{here}/edits", {"type": "text", "file": "destinations/CN.toml", "text": written}).status_code == 201
    assert post(client, f"{here}/edits/withdrawal").json()["texts_sha256"] == found["texts_sha256"]
    assert "destinations/CN.toml" in get(client, f"{here}/files").json()["changed"]


def test_bad_edits_say_what_is_wrong_and_change_nothing(client, officer):
    here = opened(client)
    for edit, expected in (
        ({"type": "limit", "rule": "cn-nothing", "at_most": "1"}, (404, "no_such_rule")),
        ({"type": "limit", "rule": "cn-cbec-order", "at_most": "a lot"}, (422, "proposal_unreadable")),
        ({"type": "limit", "rule": "cn-cbec-order", "at_most": "1.00", "begins": "2026-11-20"}, (422, "invalid")),
        ({"type": "rate", "destination": "China", "kind": "vat", "hs": "0901", "rate": "1%"}, (422, "invalid")),
        ({"type": "text", "file": "../x", "text": ""}, (404, "no_such_rule")),
        ({"type": "sword"}, (422, "invalid")),
    ):
        assert code(post(client, f"{here}/edits", edit)) == expected, edit
    assert code(post(client, f"{here}/edits/withdrawal")) == (422, "changes_nothing")
    assert code(post(client, f"{here}/replays", {"orders": 10})) == (422, "changes_nothing")
    assert code(post(client, f"{here}/law", {"on": "2026-11-30"})) == (422, "changes_nothing")
    assert code(get(client, f"{here}/files/nothing.toml")) == (404, "no_such_rule")
    for wrong in (officer.pk, "x", "²"):
        assert code(get(client, f"/proposals/{wrong}")) == (404, "no_such_proposal")
    assert Proposal.objects.get().edits == []


def test_the_same_replay_asked_twice_is_one(client, officer):
    here = f"/proposals/{a_proposal(officer.pk, NO_VAT).pk}"
    first = post(client, f"{here}/replays", {"orders": 100, "elasticities": {"": -1, "09": 0}})

    again = post(client, f"{here}/replays", {"orders": 100, "elasticities": {"": -1.0}})

    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["replay"] == again.json()["replay"]
    assert code(post(client, f"{here}/replays", {"orders": 200})) == (409, "proposal_not_in_this_state")
    assert Replay.objects.count() == 1
    # Under other texts it is another question.
    post(client, f"{here}/edits", HALF_VAT)
    assert code(post(client, f"{here}/replays", {"orders": 100, "elasticities": {"": -1.0}})) == (409, "proposal_not_in_this_state")


def test_bringing_up_to_date_and_giving_up(client, officer):
    first, waiting = a_proposal(officer.pk, NO_VAT), a_proposal(officer.pk, editing.Limit("cn-cbec-order", "300.00"))
    here = f"/proposals/{waiting.pk}"
    actions.schedule_law(first.pk, on=NOON.date(), by=officer.pk, at=NOON)
    assert get(client, here).json()["is_based_on_the_law"] is False
    assert code(post(client, f"{here}/law")) == (409, "proposal_base_moved")

    assert post(client, f"{here}/base").json()["is_based_on_the_law"] is True
    assert post(client, f"{here}/closing").json()["state"] == "closed"
    assert code(post(client, f"{here}/comments", {"text": "Too late"})) == (409, "proposal_not_in_this_state")


def test_an_invited_authority_reads_comments_and_signs_with_its_token(client, officer):
    for n in range(6):
        to_china(a_business("11", f"A{n}"))
    proposal = a_proposal(officer.pk, NO_VAT)
    made = invited(client, proposal)
    assert made["token"] in made["link"] and made["token"] not in get(client, f"/proposals/{proposal.pk}").content.decode()
    assert not Counterpart.objects.filter(token_sha256=made["token"]).exists()
    theirs, mine = Client(), bearer(made["token"])

    assert code(get(theirs, "/counterpart/report", **mine)) == (409, "proposal_not_replayed")
    replay = done(proposal)
    read = get(theirs, "/counterpart/proposal", **mine)
    assert (read.json()["title"], read.json()["has_signed"], read["Cache-Control"]) == ("No VAT on CBEC", False, "private, no-store")
    assert not {"counterparts", "edits", "replays", "pilot"} & set(read.json())
    assert Counterpart.objects.get().seen_at == NOON
    assert get(theirs, "/counterpart/report", **mine).json()["totals"]["levies_new"] == 0
    said = post(theirs, "/counterpart/comments", {"author": "Chen", "text": "Agreed"}, **mine)
    assert (said.status_code, said.json()["author"], Comment.objects.get().counterpart.authority) == (201, "Chen, GACC", "GACC")

    words = {"name": "Chen", "office": "Director", "texts_sha256": read.json()["texts_sha256"], "agreed": True}
    assert code(post(theirs, "/counterpart/signatures", {**words, "agreed": False}, **mine)) == (422, "invalid")
    assert code(post(theirs, "/counterpart/signatures", {**words, "texts_sha256": "0" * 64}, **mine)) == (409, "proposal_base_moved")
    signed = post(theirs, "/counterpart/signatures", words, **mine)
    again = post(theirs, "/counterpart/signatures", words, **mine)
    assert (signed.status_code, again.json()["has_signed"], Signature.objects.count()) == (201, True, 1)
    assert signed.json()["signatures"][0]["result_sha256"] == replay.result_sha256


def test_a_token_that_has_ended_is_told_so_and_one_of_nobody_is_not_known(client, officer, monkeypatch):
    proposal = a_proposal(officer.pk, NO_VAT)
    made, other = invited(client, proposal), invited(client, proposal)
    theirs = Client()
    for headers in ({}, bearer("nobody"), {"authorization": f"Basic {made['token']}"}, bearer("")):
        assert code(get(theirs, "/counterpart/proposal", **headers)) == (401, "not_invited")

    revoked = post(client, f"/proposals/{proposal.pk}/counterparts/{made['counterpart']}/revocation")
    assert [row["is_revoked"] for row in revoked.json()["counterparts"]] == [True, False]
    for path in ("comments", "signatures"):
        assert code(post(theirs, f"/counterpart/{path}", {}, **bearer(made["token"]))) == (403, "invitation_ended")
    assert code(get(theirs, "/counterpart/proposal", **bearer(made["token"]))) == (403, "invitation_ended")
    assert get(theirs, "/counterpart/proposal", **bearer(other["token"])).status_code == 200
    monkeypatch.setattr("saudagar.incubation.counterpart_api.now", lambda: NOON + timedelta(days=91))
    assert code(get(theirs, "/counterpart/report", **bearer(other["token"]))) == (403, "invitation_ended")
    # The token opens nothing else.
    assert code(get(theirs, f"/proposals/{proposal.pk}", **bearer(other["token"]))) == (401, "sign_in_first")


def test_the_shared_report_in_numbers_tells_nothing_of_few(client, officer):
    for n in range(6):
        to_china(a_business("11", f"A{n}"))
    to_china(a_business("32", "Alone"))
    made = done(a_proposal(officer.pk, NO_VAT))
    token = reports.token_of(made)

    answer = get(Client(), f"/rule-reports/{token}")

    found = answer.json()
    assert (answer["X-Robots-Tag"], found["result_sha256"]) == ("noindex", made.result_sha256)
    assert [(row["key"], row["sellers"]) for row in found["by"]["province"]] == [(["*"], 7)]
    assert all(row["sellers"] >= 5 for rows in (*found["by"].values(), found["winners"], found["losers"]) for row in rows)
    assert found["totals"]["change_percent"]["landed"] == -8.341
    own = get(client, f"/proposals/{made.proposal_id}/replays/{made.pk}").json()
    assert {tuple(row["key"]): row["sellers"] for row in own["report"]["by"]["province"]} == {("11",): 6, ("32",): 1}
    assert Client().get(own["shared"]).status_code == 200
    assert get(Client(), f"/rule-reports/{own['shared'].split('/')[-2]}").status_code == 200
    assert code(get(Client(), f"/rule-reports/{token[:-2]}aa")) == (404, "no_such_report")


def test_nobody_but_officers_and_they_with_the_token_of_their_session(client):
    officer = arif()
    proposal = a_proposal(officer.pk, NO_VAT)
    here = f"/proposals/{proposal.pk}"
    stranger, seller, careless = Client(), Client(), Client(enforce_csrf_checks=True)
    seller.force_login(people.prepare(name="Sari", phone="+6281234567801", email="", officer=False, language="id", at=NOON))
    careless.force_login(officer)
    for path in (f"{here}/edits", f"{here}/closing", f"{here}/law", "/proposals", f"{here}/counterparts"):
        assert code(post(stranger, path, HALF_VAT)) == (401, "sign_in_first")
        assert code(post(seller, path, HALF_VAT)) == (404, "nothing_here")
        assert code(post(careless, path, HALF_VAT)) == (403, "csrf_token_missing")
    assert (code(get(stranger, here)), code(get(seller, here))) == ((401, "sign_in_first"), (404, "nothing_here"))
    assert (Proposal.objects.get().state, Proposal.objects.get().texts, Counterpart.objects.count()) == ("draft", proposal.texts, 0)

    careless.get("/officer/proposals/")
    token = careless.cookies["csrftoken"].value
    assert post(careless, f"{here}/closing", **{"x-csrftoken": token}).json()["state"] == "closed"


def test_the_document_names_both_ways_to_sign_in(client):
    document = client.get("/api/v1/openapi.json").json()
    schemes = {name: scheme["type"] for name, scheme in document["components"]["securitySchemes"].items()}
    assert set(schemes.values()) == {"apiKey", "http"}
    edit = document["paths"]["/api/v1/proposals/{proposal_id}/edits"]["post"]
    assert edit["security"] == [{"OfficerSession": []}]
    assert document["paths"]["/api/v1/counterpart/proposal"]["get"]["security"] == [{"Invitation": []}]
    assert "security" not in document["paths"]["/api/v1/rule-reports/{token}"]["get"]

"""From opening a proposal to a signed one, in the pages; and who may see what."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from saudagar.foundation.clock import now
from saudagar.incubation import actions, queries
from saudagar.incubation.models import Comment, Counterpart, Proposal, Replay, Signature
from saudagar.incubation.tests.cast import NO_VAT, NOON, a_business, a_proposal, arif, law, to_china
from saudagar.people import actions as people
from saudagar.rulebook import queries as releases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _law():
    law()
    yield
    releases.forget()


@pytest.fixture
def officer(client):
    user = arif()
    client.force_login(user)
    return user


def address(name, proposal, *more):
    return reverse(f"incubation:{name}", args=[proposal.pk, *more])


def done(proposal):
    asked = actions.ask_replay(proposal.pk, orders=100, elasticities={}, by=None, at=NOON)
    return actions.run_replay(asked.pk, processes=0, at=NOON)


def test_an_officer_opens_changes_and_replays(client, officer):
    to_china(a_business())
    client.post(reverse("incubation:proposals"), {"title": "No VAT", "authority": "Kemendag", "why": "To see"})
    proposal = Proposal.objects.get()

    wrong = client.post(address("edit", proposal, "share"), {"rule": "cn-cbec", "levy": "vat", "share": "much"})
    assert (wrong.status_code, Proposal.objects.get().texts) == (422, {})
    assert "cn-cbec" in wrong.content.decode()
    client.post(address("edit", proposal, "share"), {"rule": "cn-cbec", "levy": "vat", "share": "0"})
    client.post(address("replays", proposal), {"orders": "1000", "elasticity": "-1", "groups": "09=-1.2"})

    replay = Replay.objects.get()
    assert (replay.state, replay.elasticities) == ("waiting", {"": -1.0, "09": -1.2})
    actions.run_replay(replay.pk, processes=0, at=NOON)
    page = client.get(address("proposal", proposal)).content.decode()
    assert "70%" in page and "cn-cbec" in page
    report = client.get(address("report", proposal, replay.pk))
    assert "−8,34 %" in report.content.decode()


def test_one_file_can_be_written_in(client, officer):
    proposal = a_proposal(officer.pk)
    text = proposal.base.texts["destinations/CN.toml"]
    bad = client.post(
        address("text", proposal), {"file": "destinations/CN.toml", "text": text.replace('at_most = "5000.00"', "at_most = ")}
    )
    assert (bad.status_code, Proposal.objects.get().texts) == (422, {})
    assert "destinations/CN.toml" in bad.content.decode()

    client.post(address("text", proposal), {"file": "destinations/CN.toml", "text": text.replace('"5000.00"', '"8000.00"')})

    assert [change.rule for change in queries.changes(Proposal.objects.get())] == ["cn-cbec-order"]
    assert client.get(address("text", proposal), {"file": "../../settings.py"}).status_code == 404


def test_a_counterpart_reads_comments_and_signs_with_its_link_alone(client, officer):
    for n in range(6):
        to_china(a_business("11", f"A{n}"))
    proposal = a_proposal(officer.pk, NO_VAT)
    client.post(address("counterparts", proposal), {"authority": "GACC", "country": "CN"})
    link = re.search(r"/counterpart/[\w-]+/", client.get(address("proposal", proposal)).content.decode()).group()
    assert link not in client.get(address("proposal", proposal)).content.decode()
    done(proposal)
    client.logout()

    page = client.get(link)
    report = client.get(re.search(r"/reports/rules/[^\"]+/", page.content.decode()).group())
    client.post(link, {"what": "comment", "author": "Chen", "text": "Agreed"})
    client.post(link, {"what": "sign", "name": "Chen", "office": "Director", "texts_sha256": proposal.texts_sha256, "agreed": "on"})

    assert (page.status_code, report.status_code) == (200, 200)
    assert "−8,34 %" in report.content.decode()
    assert (Comment.objects.get().author, Signature.objects.get().name) == ("Chen, GACC", "Chen")
    assert Counterpart.objects.get().seen_at is not None
    assert page["X-Robots-Tag"] == "noindex"


def test_a_counterpart_sees_only_its_proposal(client, officer):
    mine, other = a_proposal(officer.pk, NO_VAT), a_proposal(officer.pk, NO_VAT)
    token = actions.invite(mine.pk, authority="GACC", country="CN", by=officer.pk, at=NOON)
    client.logout()
    client.get(f"/counterpart/{token}/")

    for name in ("proposal", "text"):
        for proposal in (mine, other):
            assert client.get(address(name, proposal)).status_code in (302, 404)
    assert client.post(address("edit", other, "share"), {"rule": "cn-cbec", "levy": "vat", "share": "5%"}).status_code == 302
    assert client.get("/counterpart/nobody/").status_code == 404


def test_people_write_60_and_mean_60_percent_and_an_amount_is_above_zero(client, officer):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    proposal = a_proposal(officer.pk, NO_VAT)
    assert client.post(address("edit", proposal, "share"), {"rule": "cn-cbec", "levy": "vat", "share": "60"}).status_code == 302
    page = client.get(address("proposal", proposal)).content.decode()
    assert "60%" in page
    wrong = client.post(address("edit", proposal, "limit"), {"rule": "cn-cbec-order", "at_most": "-5"})
    assert wrong.status_code == 422 and "Write digits and a point: 8000.00, above zero." in wrong.content.decode()


def test_a_law_is_meant_and_every_step_says_who_took_it(client, officer):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    proposal = a_proposal(officer.pk, NO_VAT)
    day = (now().date() + timedelta(days=3)).isoformat()
    assert client.post(address("law", proposal), {"on": day}).status_code == 422
    assert Proposal.objects.get(pk=proposal.pk).state == "draft"
    assert client.post(address("law", proposal), {"on": day, "is_meant": "on"}).status_code == 302
    page = client.get(address("proposal", proposal)).content.decode()
    assert "Scheduled to become law" in page and "A rule was changed in it" in page and "incubation.edited" not in page
    assert "Pak Arif" in page


def test_sellers_see_nothing_and_change_nothing(client):
    officer = arif()
    to_china(a_business())
    proposal = a_proposal(officer.pk, NO_VAT)
    made = done(proposal)
    client.force_login(people.prepare(name="Sari", phone="+6281234567801", email="", officer=False, language="id", at=NOON))

    gets = [reverse("incubation:proposals"), address("proposal", proposal), address("report", proposal, made.pk)]
    posts = [address(name, proposal) for name in ("replays", "counterparts", "comments", "pilot", "law")]
    posts += [address("step", proposal, "close"), address("edit", proposal, "limit")]

    assert {client.get(url).status_code for url in gets} == {404}
    assert {client.post(url).status_code for url in posts} == {404}
    assert Proposal.objects.get().state == "draft"


def test_the_shared_report_needs_its_signature_and_tells_nothing_of_few(client, officer):
    to_china(a_business("11", "Alone"))
    proposal = a_proposal(officer.pk, NO_VAT)
    made = done(proposal)
    page = client.get(address("report", proposal, made.pk)).content.decode()
    link = re.search(r"/reports/rules/[^\"]+/", page).group()
    client.logout()

    shared = client.get(link)
    paper = client.get(link.rstrip("/") + ".pdf")

    assert shared.status_code == 200
    assert "<tbody>" not in shared.content.decode()
    assert paper.content.startswith(b"%PDF")
    assert client.get(link[:-3] + "aa/").status_code == 404

"""The sandbox on its own: it refuses what a provider refuses, repeats its answers, and forgets nothing.

It has its own tests because it stands in for the outside: that our client and it understand each other is tested elsewhere.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from saudagar_sandbox import app, keys, wallet
from saudagar_sandbox.store import Store
from saudagar_sandbox.world import World, rsa_sign, rsa_signed

WIB = timezone(timedelta(hours=7))


class Partner:
    """Calls as the platform would, with its own few lines of signing."""

    def __init__(self, folder):
        self.folder = folder
        self.half = keys.ensure(folder / "secrets.json", folder / "data" / "keys.json")
        self.mine = json.loads((folder / "secrets.json").read_text())
        self.start()

    def start(self):
        self.world = World(Store(self.folder / "data"), self.half, "http://web.example", "http://own.example")
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app.make(self.world)), base_url="http://own.example")

    async def token(self, **changed):
        stamp = datetime.now(WIB).isoformat(timespec="seconds")
        client = self.mine["SNAP_CLIENT_ID"]
        headers = {
            "X-CLIENT-KEY": client,
            "X-TIMESTAMP": stamp,
            "X-SIGNATURE": rsa_sign(self.mine["SNAP_PRIVATE_KEY"], f"{client}|{stamp}"),
        }
        return await self.client.post("/v1.0/access-token/b2b", json={"grantType": "client_credentials"}, headers=headers | changed)

    async def snap(self, path, body, *, external_id="1", secret=None, token=None):
        token = token or (await self.token()).json()["accessToken"]
        text, stamp = json.dumps(body, separators=(",", ":")), datetime.now(WIB).isoformat(timespec="seconds")
        digest = hashlib.sha256(text.encode()).hexdigest()
        made = hmac.digest((secret or self.mine["SNAP_CLIENT_SECRET"]).encode(), f"POST:{path}:{token}:{digest}:{stamp}".encode(), "sha512")
        headers = {
            "Authorization": f"Bearer {token}",
            "X-TIMESTAMP": stamp,
            "X-SIGNATURE": base64.b64encode(made).decode(),
            "X-PARTNER-ID": self.mine["SNAP_CLIENT_ID"],
            "X-EXTERNAL-ID": external_id,
            "CHANNEL-ID": "95221",
        }
        return await self.client.post(path, content=text, headers=headers)

    async def wallet(self, name, body):
        path, client, time, text = f"/ams/api/v1/payments/{name}", self.mine["ALIPAY_PLUS_CLIENT_ID"], "1795251600000", json.dumps(body)
        made = rsa_sign(self.mine["ALIPAY_PLUS_PRIVATE_KEY"], f"POST {path}\n{client}.{time}.{text}")
        headers = {
            "Client-Id": client,
            "Request-Time": time,
            "Signature": f"algorithm=RSA256,keyVersion=1,signature={wallet.quote_plus(made)}",
        }
        return (await self.client.post(path, content=text, headers=headers)).json()

    def sent(self):
        return self.world.store.rows("SELECT * FROM notice ORDER BY id")


@pytest.fixture
def partner(tmp_path):
    return Partner(tmp_path)


@pytest.fixture
def anyio_backend():
    return "asyncio"


pytestmark = pytest.mark.anyio
GENERATE = "/v1.0/qr/qr-mpm-generate"
BODY = {"partnerReferenceNo": "INV1", "amount": {"value": "25000.00", "currency": "IDR"}, "merchantId": "000000017"}


async def test_tokens_need_the_partners_signature(partner):
    assert (await partner.token()).json()["responseCode"] == "2007300"
    assert (await partner.token(**{"X-SIGNATURE": "bm8="})).json()["responseCode"] == "4017300"
    assert (await partner.token(**{"X-TIMESTAMP": "2020-01-01T00:00:00+07:00"})).status_code == 401


async def test_calls_need_token_and_signature(partner):
    assert (await partner.snap(GENERATE, BODY, token="made-up")).json()["responseCode"] == "4014701"
    assert (await partner.snap(GENERATE, BODY, secret="wrong")).json()["responseCode"] == "4014700"
    assert (await partner.snap(GENERATE, BODY)).json()["responseCode"] == "2004700"


async def test_external_id_gives_the_same_answer_and_refuses_another_question(partner):
    first = (await partner.snap(GENERATE, BODY, external_id="7")).json()
    assert (await partner.snap(GENERATE, BODY, external_id="7")).json() == first
    assert (await partner.snap(GENERATE, BODY | {"partnerReferenceNo": "INV2"}, external_id="7")).json()["responseCode"] == "4094700"
    assert (await partner.snap(GENERATE, BODY, external_id="8")).json()["responseCode"] == "4094701"


async def test_its_codes_are_codes_our_reader_takes(partner):
    content = (await partner.snap(GENERATE, BODY)).json()["qrContent"]
    assert content.startswith("000201010212") and "540525000" in content and "62" in content and content[-8:-4] == "6304"


async def test_a_paid_code_is_told_signed_and_known_after_a_restart(partner):
    await partner.snap(GENERATE, BODY)
    assert (await partner.client.post("/tester/payments/INV1/pay")).status_code == 200
    (notice,) = partner.sent()
    headers, body = json.loads(notice["headers"]), notice["body"]
    assert notice["url"] == "http://web.example/api/v1/payments/snap_qris/notices"
    text = f"POST:/api/v1/payments/snap_qris/notices:{hashlib.sha256(body.encode()).hexdigest()}:{headers['X-TIMESTAMP']}"
    assert rsa_signed(partner.mine["SNAP_ACQUIRER_PUBLIC_KEY"], text, headers["X-SIGNATURE"])
    assert json.loads(body)["latestTransactionStatus"] == "00"

    partner.start()  # a new process on the same folder
    answer = (
        await partner.snap("/v1.0/qr/qr-mpm-query", {"originalPartnerReferenceNo": "INV1", "serviceCode": "47"}, external_id="9")
    ).json()
    assert (answer["latestTransactionStatus"], answer["amount"]["value"]) == ("00", "25000.00")
    assert len(partner.sent()) == 1


async def test_forged_unsigned_mismatched_and_repeated_notices(partner):
    await partner.snap(GENERATE, BODY)
    for deed in ("forge", "unsigned", "mismatch", "repeat"):
        assert (await partner.client.post(f"/tester/payments/INV1/{deed}")).status_code == 200
    forged, unsigned, less, *again = partner.sent()
    assert (forged["kind"], unsigned["kind"], less["kind"], [row["kind"] for row in again]) == (
        "forged",
        "unsigned",
        "success",
        ["repeated"] * 3,
    )
    assert "X-SIGNATURE" not in json.loads(unsigned["headers"])
    assert json.loads(less["body"])["amount"]["value"] == "24000.00"
    assert {row["body"] for row in again} == {less["body"]}
    assert (await partner.client.post("/tester/payments/INV1/pay")).status_code == 409


async def test_expired_codes_are_paid_only_by_force(partner):
    past = (datetime.now(WIB) - timedelta(minutes=1)).isoformat(timespec="seconds")
    await partner.snap(GENERATE, BODY | {"validityPeriod": past})
    assert (await partner.client.post("/tester/payments/INV1/pay")).status_code == 409
    assert (await partner.client.post("/tester/payments/INV1/late")).status_code == 200


async def test_refunds_once_and_never_more_than_was_paid(partner):
    await partner.snap(GENERATE, BODY)
    refund = {"originalPartnerReferenceNo": "INV1", "partnerRefundNo": "R1", "refundAmount": {"value": "20000.00", "currency": "IDR"}}
    path = "/v1.0/qr/qr-mpm-refund"
    assert (await partner.snap(path, refund, external_id="2")).json()["responseCode"] == "4037815"
    await partner.client.post("/tester/payments/INV1/pay")
    first = (await partner.snap(path, refund, external_id="3")).json()
    assert first["responseCode"] == "2007800"
    assert (await partner.snap(path, refund, external_id="4")).json()["refundNo"] == first["refundNo"]
    assert (await partner.snap(path, refund | {"partnerRefundNo": "R2"}, external_id="5")).json()["responseCode"] == "4037802"


async def test_wallet_pays_refunds_and_checks_signatures(partner):
    asked = {
        "paymentRequestId": "Q1",
        "paymentAmount": {"currency": "CNY", "value": "1250"},
        "paymentNotifyUrl": "http://web.example/n",
        "paymentRedirectUrl": "http://web.example/back",
    }
    answer = await partner.wallet("pay", asked)
    assert answer["result"]["resultStatus"] == "U" and answer["normalUrl"].startswith("http://own.example/cashier/")
    assert (await partner.wallet("pay", asked))["paymentId"] == answer["paymentId"]
    other = await partner.wallet("pay", asked | {"paymentAmount": {"currency": "CNY", "value": "1"}})
    assert other["result"]["resultCode"] == "REPEAT_REQ_INCONSISTENT"
    unsigned = await partner.client.post("/ams/api/v1/payments/pay", json=asked)
    assert unsigned.json()["result"]["resultCode"] == "INVALID_SIGNATURE"

    paid = await partner.client.post(answer["normalUrl"].removeprefix("http://own.example") + "/pay")
    assert paid.headers["location"] == "http://web.example/back"
    assert (await partner.wallet("inquiryPayment", {"paymentRequestId": "Q1"}))["paymentStatus"] == "SUCCESS"
    refund = {"paymentId": answer["paymentId"], "refundRequestId": "F1", "refundAmount": {"currency": "CNY", "value": "1250"}}
    first = await partner.wallet("refund", refund)
    assert first["result"]["resultCode"] == "SUCCESS" and (await partner.wallet("refund", refund))["refundId"] == first["refundId"]
    assert (await partner.wallet("refund", refund | {"refundRequestId": "F2"}))["result"]["resultCode"] == "REFUND_AMOUNT_EXCEED"


async def test_carrier_wants_the_receivers_number_where_customs_does_and_keeps_its_end(partner):
    headers = {"authorization": partner.mine["CARRIER_API_KEY"]}
    asked = {
        "reference_id": "K2",
        "destination_contact_name": "Jimin",
        "destination_address": "1 Example-ro",
        "destination_country": "KR",
        "courier_company": "pos",
        "courier_type": "packet",
        "items": [{"name": "Kopi", "value": 107000, "weight": 1200, "quantity": 1}],
    }
    refused = await partner.client.post("/v1/orders", json=asked, headers=headers)
    assert refused.status_code == 400 and "destination_identity is required for KR" in refused.text
    number = {"type": "kr-pccc", "name": "PCCC", "number": "P123456789012"}
    booked = await partner.client.post("/v1/orders", json=asked | {"destination_identity": number}, headers=headers)
    assert booked.status_code == 200
    kept = str(partner.world.store.row("SELECT asked FROM shipment WHERE partner_reference = ?", "K2"))
    assert "9012" in kept and "P123456789012" not in kept


async def test_carrier_gives_one_waybill_per_reference(partner):
    headers = {"authorization": partner.mine["CARRIER_API_KEY"]}
    asked = {
        "reference_id": "K1",
        "destination_contact_name": "Chen",
        "destination_address": "Nanjing Lu 1",
        "destination_country": "CN",
        "courier_company": "pos",
        "courier_type": "packet",
        "items": [{"name": "Kopi", "value": 107000, "weight": 1200, "quantity": 1}],
    }
    assert (await partner.client.post("/v1/orders", json=asked)).status_code == 401
    first = (await partner.client.post("/v1/orders", json=asked, headers=headers)).json()
    again = (await partner.client.post("/v1/orders", json=asked, headers=headers)).json()
    assert first == again and first["courier"]["waybill_id"] == "LX000000014ID" and first["price"] == 192_000
    await partner.client.post("/tester/shipments/K1/next")
    tracked = (await partner.client.get(f"/v1/trackings/{first['courier']['tracking_id']}", headers=headers)).json()
    assert [step["status"] for step in tracked["history"]] == ["confirmed", "allocated"]
    (notice,) = partner.sent()
    time, made = (part.split("=")[1] for part in json.loads(notice["headers"])["X-Carrier-Signature"].split(","))
    expected = hmac.new(partner.mine["CARRIER_WEBHOOK_SECRET"].encode(), f"{time}.{notice['body']}".encode(), hashlib.sha256).hexdigest()
    assert made == expected


async def test_telephone(partner):
    assert (await partner.client.post("/sms", json={"to": "+62812", "text": "123456"})).status_code == 401
    headers = {"Authorization": f"Bearer {partner.mine['SMS_SECRET']}"}
    assert (await partner.client.post("/sms", json={"to": "+62812", "text": "Kode: <123456>"}, headers=headers)).status_code == 201
    assert (await partner.client.get("/tester/messages", params={"to": "+62812"})).json()["messages"][0]["text"] == "Kode: <123456>"
    page = (await partner.client.get("/inbox")).text
    assert "&lt;123456&gt;" in page and "<123456>" not in page


async def test_settlement_file_and_faults(partner):
    await partner.snap(GENERATE, BODY)
    await partner.client.post("/tester/payments/INV1/pay")
    name = (await partner.client.post("/tester/settlements/snap")).json()["settlement"]
    assert (await partner.client.post("/tester/settlements/snap")).json()["settlement"] is None
    assert (await partner.client.get(f"/settlements/snap/{name}.csv")).status_code == 401
    who = (partner.mine["SNAP_CLIENT_ID"], partner.mine["SNAP_CLIENT_SECRET"])
    text = (await partner.client.get(f"/settlements/snap/{name}.csv", auth=who)).text
    assert "payment" in text and ",INV1,25000.00,0.00,25000.00,IDR," in text

    await partner.client.post("/tester/faults", json={"provider": "snap", "kind": "refuse", "count": 1})
    assert (await partner.token()).status_code == 500
    assert (await partner.token()).status_code == 200


async def test_pages_show(partner):
    await partner.snap(GENERATE, BODY)
    for place in ("/", "/inbox", "/scan", "/notices", "/tester/payments"):
        assert (await partner.client.get(place)).status_code == 200
    content = (await partner.client.get("/tester/payments")).json()["payments"][0]["facts"]["qr"]
    assert (await partner.client.post("/scan", data={"qr": content})).status_code == 303


def test_keys_are_kept_and_mended_together(tmp_path):
    first = keys.ensure(tmp_path / "secrets.json", tmp_path / "keys.json")
    (tmp_path / "secrets.json").write_text(
        json.dumps(json.loads((tmp_path / "secrets.json").read_text()) | {"SAUDAGAR_SECRET_KEY": "kept"})
    )
    assert keys.ensure(tmp_path / "secrets.json", tmp_path / "keys.json") == first
    (tmp_path / "keys.json").unlink()
    second = keys.ensure(tmp_path / "secrets.json", tmp_path / "keys.json")
    platform = json.loads((tmp_path / "secrets.json").read_text())
    assert (
        platform["SAUDAGAR_SECRET_KEY"] == "kept"
        and platform["SNAP_CLIENT_SECRET"] == second["SNAP_CLIENT_SECRET"] != first["SNAP_CLIENT_SECRET"]
    )
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_it_shares_no_code_with_the_platform():
    for file in Path(app.__file__).parent.glob("*.py"):
        assert "import saudagar." not in file.read_text() and "from saudagar." not in file.read_text(), file

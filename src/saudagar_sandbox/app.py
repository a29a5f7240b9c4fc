"""The addresses of the sandbox."""

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from saudagar_sandbox import acquirer, carrier, deeds, pages, wallet
from saudagar_sandbox.world import World, dumps

Handler = Callable[[Request], Awaitable[Response]]


def make(world: World) -> Starlette:
    async def body_of(request: Request) -> str:
        return (await request.body()).decode("utf-8", "replace")

    async def asked(request: Request) -> dict[str, Any]:
        """A JSON object or a form; nothing is an empty one."""
        text = await body_of(request)
        if text.lstrip().startswith("{"):
            with contextlib.suppress(ValueError):
                return dict(json.loads(text))
        return dict(parse_qsl(text))

    def wants_page(request: Request) -> bool:
        return "text/html" in request.headers.get("accept", "")

    def faulty(provider: str) -> Callable[[Handler], Handler]:
        """The tester may have ordered the next calls to go wrong."""

        def wrap(handler: Handler) -> Handler:
            async def handle(request: Request) -> Response:
                fault = world.store.row("SELECT * FROM fault WHERE provider = ? AND left_over > 0", provider)
                if fault:
                    world.store.run("UPDATE fault SET left_over = left_over - 1 WHERE provider = ?", provider)
                    if fault["kind"] == "refuse":
                        return JSONResponse({"responseCode": "5000000", "responseMessage": "General Error"}, 500)
                    if fault["kind"] == "slow":
                        await asyncio.sleep(30)
                answer = await handler(request)
                if fault and fault["kind"] == "vanish":
                    return JSONResponse({"responseCode": "5040000", "responseMessage": "Timeout"}, 504)
                return answer

            return handle

        return wrap

    @faulty("snap")
    async def snap_token(request: Request) -> Response:
        status, answer = acquirer.token(world, dict(request.headers), await body_of(request))
        return JSONResponse(answer, status)

    @faulty("snap")
    async def snap_call(request: Request) -> Response:
        status, answer = acquirer.call(world, "POST", request.url.path, dict(request.headers), await body_of(request))
        return JSONResponse(answer, status)

    @faulty("wallet")
    async def wallet_call(request: Request) -> Response:
        body = dumps(wallet.call(world, request.url.path, dict(request.headers), await body_of(request)))
        time = str(int(world.now() * 1000))
        return Response(body, media_type="application/json", headers=wallet.signature(world, request.url.path, time, body))

    async def settlement_list(request: Request) -> Response:
        provider = request.path_params["provider"]
        if not _may_fetch(world, request, provider):
            return JSONResponse({"error": "unauthorised"}, 401)
        return JSONResponse({"settlements": deeds.settlements(world, provider)})

    async def settlement_file(request: Request) -> Response:
        provider = request.path_params["provider"]
        if not _may_fetch(world, request, provider):
            return JSONResponse({"error": "unauthorised"}, 401)
        try:
            text = deeds.settlement_file(world, provider, request.path_params["name"])
        except deeds.Refused as refused:
            return JSONResponse({"error": str(refused)}, 404)
        return PlainTextResponse(text, media_type="text/csv")

    def carrying(do: Callable[[Request, dict[str, Any]], dict[str, Any]]) -> Handler:
        @faulty("carrier")
        async def handle(request: Request) -> Response:
            if not carrier.is_partner(world, request.headers.get("authorization", "")):
                return JSONResponse({"success": False, "error": "Authentication failed", "code": 40000001}, 401)
            try:
                return JSONResponse(do(request, await asked(request)))
            except carrier.Refused as refused:
                missing = str(refused) == "order not found"
                return JSONResponse({"success": False, "error": str(refused), "code": 40002001}, 404 if missing else 400)

        return handle

    def cancel_shipment(request: Request, _: dict[str, Any]) -> dict[str, Any]:
        shipment = carrier.found(world, request.path_params["reference"])
        if shipment["status"] not in ("confirmed", "allocated", "picking_up", "cancelled"):
            raise carrier.Refused("the parcel was collected")
        return carrier.shown(carrier.advance(world, shipment, "cancelled"))

    @faulty("sms")
    async def receive(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {world.keys['SMS_SECRET']}".encode()):
            return JSONResponse({"error": "unauthorised"}, 401)
        message = await asked(request)
        if not message.get("to") or not message.get("text"):
            return JSONResponse({"error": "to and text are required"}, 400)
        kind = request.url.path.strip("/")
        number = world.store.add(
            "message",
            kind=kind,
            receiver=str(message["to"]),
            subject=str(message.get("subject", "")),
            text=str(message["text"]),
            created_at=world.now(),
        )
        return JSONResponse({"id": number}, 201)

    async def home(request: Request) -> Response:
        return HTMLResponse(pages.tester(world, request.query_params.get("said", "")))

    async def inbox(request: Request) -> Response:
        return HTMLResponse(pages.inbox(world, request.query_params.get("to", "")))

    async def notice_page(request: Request) -> Response:
        return HTMLResponse(pages.notices(world))

    async def list_of(request: Request) -> Response:
        table = request.path_params["table"]
        to = request.query_params.get("to")
        name = {"payments": "payment", "shipments": "shipment", "transfers": "transfer", "notices": "notice", "messages": "message"}[table]
        where, values = (" WHERE receiver = ?", (to,)) if table == "messages" and to else ("", ())
        rows = world.store.rows(f"SELECT * FROM {name}{where} ORDER BY created_at DESC, rowid DESC LIMIT 200", *values)  # noqa: S608
        for row in rows:
            row |= {key: json.loads(row[key]) for key in ("facts", "headers", "asked", "history") if key in row}
        return JSONResponse({table: rows})

    def done(request: Request, result: dict[str, Any], said: str) -> Response:
        if wants_page(request):
            return RedirectResponse(f"/?said={said}", 303)
        return JSONResponse(result)

    def refused(request: Request, error: Exception) -> Response:
        if wants_page(request):
            return HTMLResponse(pages.tester(world, f"Not done: {error}."), 409)
        return JSONResponse({"error": str(error)}, 404 if "no such" in str(error) else 409)

    async def payment_deed(request: Request) -> Response:
        values = await asked(request)
        try:
            amount = int(values["amount"]) if values.get("amount") not in (None, "") else None
            row = deeds.do(
                world,
                request.path_params["reference"],
                request.path_params["deed"],
                seconds=float(values.get("seconds", 20)),
                amount=amount,
            )
        except (deeds.Refused, ValueError) as error:
            return refused(request, error)
        return done(request, row, f"{deeds.DEEDS[request.path_params['deed']]}: done.")

    async def shipment_deed(request: Request) -> Response:
        values = await asked(request)
        deed = request.path_params["deed"]
        try:
            shipment = carrier.found(world, request.path_params["reference"])
            if deed == "repeat":
                deeds.repeat(world, shipment["reference"])
            elif deed in ("forge", "unsigned"):
                carrier.notice(world, shipment, "delivered", kind={"forge": "forged"}.get(deed, deed))
            elif deed == "out_of_order":
                carrier.notice(world, shipment, "confirmed", kind="older", at=shipment["created_at"])
            else:
                status = str(values.get("status", "")) if deed == "set" else deed
                silently = str(values.get("silently", "")) in ("1", "true", "True")
                shipment = carrier.advance(world, shipment, status, silently=silently, after=float(values.get("seconds", 0)))
        except (carrier.Refused, deeds.Refused, ValueError) as error:
            return refused(request, error)
        return done(request, carrier.shown(shipment), "Done.")

    async def transfer_deed(request: Request) -> Response:
        status = {"complete": "done", "fail": "failed"}.get(request.path_params["deed"])
        row = world.store.row("SELECT * FROM transfer WHERE ? IN (reference, partner_reference)", request.path_params["reference"])
        if not row or not status:
            return refused(request, deeds.Refused("no such transfer or deed"))
        world.store.run("UPDATE transfer SET status = ? WHERE reference = ? AND status = 'waiting'", status, row["reference"])
        return done(request, {"reference": row["reference"], "status": status}, "Done.")

    async def settle(request: Request) -> Response:
        name = deeds.settle(world, request.path_params["provider"])
        return done(request, {"settlement": name}, f"Settlement file {name} is ready." if name else "Nothing to settle.")

    async def fault(request: Request) -> Response:
        values = await asked(request)
        provider, kind = str(values.get("provider", "")), str(values.get("kind", ""))
        if provider not in ("snap", "wallet", "carrier", "sms") or kind not in ("refuse", "vanish", "slow"):
            return refused(request, deeds.Refused("provider is snap, wallet, carrier or sms; kind refuse, vanish or slow"))
        world.store.run(
            "INSERT INTO fault VALUES (?, ?, ?) ON CONFLICT (provider) DO UPDATE SET kind = excluded.kind, left_over = excluded.left_over",
            provider,
            kind,
            int(values.get("count", 1)),
        )
        return done(request, {"provider": provider, "kind": kind}, f"The next call of {provider} will fail: {kind}.")

    async def payer(request: Request) -> Response:
        """The banking app and the cashier: look, pay or cancel."""
        deed = request.path_params.get("deed")
        try:
            row = deeds.payment(world, request.path_params["reference"])
            if deed:
                row = deeds.do(world, row["reference"], deed)
                back = json.loads(row["facts"]).get("redirect", "")
                if row["provider"] == "wallet" and back.startswith(("http://", "https://")):
                    return RedirectResponse(back, 303)
                return RedirectResponse(f"/bank/{row['reference']}", 303)
        except deeds.Refused as error:
            return HTMLResponse(pages.page("Pay", f"<p>{error}</p>"), 404)
        return HTMLResponse(pages.bank(world, row))

    async def scan(request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(pages.scan())
        text = str((await asked(request)).get("qr", "")).strip()
        row = world.store.row("SELECT reference FROM payment WHERE json_extract(facts, '$.qr') = ?", text)
        if row:
            return RedirectResponse(f"/bank/{row['reference']}", 303)
        return HTMLResponse(pages.scan("This bank does not know that code."), 404)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        courier = asyncio.create_task(world.deliver())
        try:
            yield
        finally:
            courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await courier

    def post(path: str, handler: Handler) -> Route:
        return Route(path, handler, methods=["POST"])

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/", home),
            Route("/healthz", health),
            Route("/inbox", inbox),
            Route("/notices", notice_page),
            Route("/scan", scan, methods=["GET", "POST"]),
            Route("/bank/{reference}", payer),
            post("/bank/{reference}/{deed:str}", payer),
            Route("/cashier/{reference}", payer),
            post("/cashier/{reference}/{deed:str}", payer),
            post("/v1.0/access-token/b2b", snap_token),
            *(post(path, snap_call) for path in acquirer.SERVICES),
            *(post(path, wallet_call) for path in wallet.SERVICES),
            Route("/settlements/{provider}", settlement_list),
            Route("/settlements/{provider}/{name}.csv", settlement_file),
            post("/v1/rates/couriers", carrying(lambda request, values: carrier.rates(world, values))),
            post("/v1/orders", carrying(lambda request, values: carrier.create(world, values))),
            Route(
                "/v1/orders/{reference}", carrying(lambda request, _: carrier.shown(carrier.found(world, request.path_params["reference"])))
            ),
            post("/v1/orders/{reference}/cancel", carrying(cancel_shipment)),
            Route(
                "/v1/trackings/{reference}",
                carrying(lambda request, _: carrier.shown(carrier.found(world, request.path_params["reference"]))),
            ),
            Route(
                "/v1/trackings/{reference}/couriers/{company}",
                carrying(lambda request, _: carrier.shown(carrier.found(world, request.path_params["reference"]))),
            ),
            post("/sms", receive),
            post("/mail", receive),
            post("/tester/payments/{reference}/{deed}", payment_deed),
            post("/tester/shipments/{reference}/{deed}", shipment_deed),
            post("/tester/transfers/{reference}/{deed}", transfer_deed),
            post("/tester/settlements/{provider}", settle),
            post("/tester/faults", fault),
            Route("/tester/{table:str}", list_of),
        ],
    )


def _may_fetch(world: World, request: Request, provider: str) -> bool:
    headers = dict(request.headers)
    if provider == "wallet":
        return wallet.signed(world, "GET", request.url.path, headers, "")
    return provider == "snap" and acquirer.is_partner(world, headers.get("authorization", ""))

"""What the tester and the payer see. Plain HTML, made for a telephone."""

# ruff: noqa: E501  markup reads better unbroken

import json
from html import escape
from typing import Any

from saudagar_sandbox import carrier, deeds
from saudagar_sandbox.world import World

STYLE = """
:root { color-scheme: light; --ink:#1f2a2e; --soft:#5b6b70; --line:#d9dfdf; --paper:#f6f7f5; --good:#0f6b4f; --bad:#a3312a; --wait:#8a5a00 }
* { box-sizing: border-box } body { margin:0; font:16px/1.5 system-ui,sans-serif; color:var(--ink); background:var(--paper) }
header { background:#17393a; color:#fff; padding:.8rem 1rem } header a { color:#fff; margin-right:1rem }
header b { margin-right:1.2rem } main { max-width:62rem; margin:0 auto; padding:1rem }
h1 { font-size:1.3rem; margin:.5rem 0 } h2 { font-size:1.1rem; margin:2rem 0 .5rem }
.card { background:#fff; border:1px solid var(--line); border-radius:.6rem; padding:.8rem 1rem; margin:.6rem 0; overflow-wrap:anywhere }
.row { display:flex; flex-wrap:wrap; gap:.4rem; align-items:center; margin:.5rem 0 0 } form { display:inline-flex; gap:.3rem }
button { font:inherit; font-size:.9rem; padding:.4rem .7rem; border-radius:.4rem; border:1px solid var(--line); background:#fff; cursor:pointer }
button.main { background:var(--good); border-color:var(--good); color:#fff } button.bad { color:var(--bad) }
.big { width:100%; font-size:1.1rem; padding:.9rem } small, .soft { color:var(--soft) } code { font-size:.85rem }
.state { font-size:.8rem; padding:.1rem .5rem; border-radius:1rem; background:#e8ecec } .paid,.done,.delivered { background:#d8efe4; color:var(--good) }
.failed,.cancelled,.returned { background:#f6dedb; color:var(--bad) } .open,.waiting { background:#f7ebcf; color:var(--wait) }
.amount { font-size:1.6rem; font-weight:600 } textarea, input, select { font:inherit; padding:.4rem; border:1px solid var(--line); border-radius:.4rem }
textarea { width:100%; min-height:6rem } details summary { cursor:pointer } pre { white-space:pre-wrap; font-size:.8rem; margin:.4rem 0 }
.phone { max-width:26rem; margin:0 auto } .says { background:#f7ebcf; border-radius:.4rem; padding:.6rem .8rem }
"""


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<link rel='icon' href='data:,'><title>{escape(title)} · Sandbox</title><style>{STYLE}</style>"
        '<header><b>Sandbox</b><a href="/">Tester</a><a href="/inbox">Inbox</a><a href="/scan">Scan</a><a href="/notices">Notices</a></header>'
        f"<main>{body}</main></html>"
    )


def amount(value: int, currency: str) -> str:
    whole, part = divmod(abs(value), 100)
    sign = "-" if value < 0 else ""
    return f"{sign}Rp{whole:,}".replace(",", ".") if currency == "IDR" else f"{sign}{currency} {whole:,}.{part:02d}"


def button(action: str, label: str, look: str = "", **values: Any) -> str:
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(str(value))}">' for name, value in values.items())
    return f'<form method="post" action="{escape(action)}">{hidden}<button class="{look}">{escape(label)}</button></form>'


def state(text: str) -> str:
    return f'<span class="state {escape(text)}">{escape(text)}</span>'


def tester(world: World, said: str = "") -> str:
    store = world.store
    parts = ["<h1>The world outside</h1>", f'<p class="says">{escape(said)}</p>' if said else ""]
    parts.append('<p class="soft">Nothing here is real. Every button does what a bank, a wallet, a carrier or a thief might do.</p>')
    parts.append("<h2>Payments</h2>")
    for row in store.rows("SELECT * FROM payment ORDER BY created_at DESC LIMIT 20"):
        parts.append(_payment(world, row))
    parts.append("<h2>Parcels</h2>")
    for row in store.rows("SELECT * FROM shipment ORDER BY created_at DESC LIMIT 20"):
        parts.append(_shipment(row))
    parts.append("<h2>Transfers to sellers</h2>")
    for row in store.rows("SELECT * FROM transfer ORDER BY created_at DESC LIMIT 10"):
        parts.append(
            f'<div class="card">{state(row["status"])} <b>{amount(row["amount"], row["currency"])}</b> → {escape(row["name"])}, '
            f"{escape(row['bank'])} {escape(row['account'])}<br><small>{escape(row['partner_reference'])} · {escape(row['reference'])}</small>"
            '<div class="row">'
            + (
                "".join(button(f"/tester/transfers/{row['reference']}/{deed}", deed.title()) for deed in ("complete", "fail"))
                if row["status"] == "waiting"
                else ""
            )
            + "</div></div>"
        )
    parts.append("<h2>Settlement and faults</h2><div class='card'><div class='row'>")
    for provider in ("snap", "wallet"):
        parts.append(button(f"/tester/settlements/{provider}", f"Close the day of {provider}"))
    for provider in ("snap", "wallet", "carrier", "sms"):
        for kind in ("refuse", "vanish", "slow"):
            parts.append(button("/tester/faults", f"{provider}: {kind} next call", "bad", provider=provider, kind=kind, count=1))
    parts.append("</div></div>")
    return page("Tester", "".join(parts))


def _payment(world: World, row: dict[str, Any]) -> str:
    expired = row["expires_at"] and row["expires_at"] < world.now()
    buttons = "".join(
        button(f"/tester/payments/{row['reference']}/{deed}", label, "main" if deed == "pay" else "bad" if "Forge" in label else "")
        for deed, label in deeds.DEEDS.items()
        if row["status"] == "open" or deed not in deeds.PAYING | {"fail", "cancel"}
    )
    extra = f" · paid {amount(row['paid_amount'], row['paid_currency'] or row['currency'])}" if row["paid_amount"] is not None else ""
    extra += f" · refunded {amount(row['refunded'], row['currency'])}" if row["refunded"] else ""
    return (
        f'<div class="card">{state(row["status"])} {state("expired") if expired and row["status"] == "open" else ""} '
        f"<b>{amount(row['amount'], row['currency'])}</b>{escape(extra)} · {escape(row['provider'])} · "
        f"{escape(json.loads(row['facts']).get('merchant', ''))}<br><small>{escape(row['partner_reference'])} · {escape(row['reference'])} · "
        f'{world.stamp(row["created_at"])[11:19]}</small><div class="row">{buttons}</div></div>'
    )


def _shipment(row: dict[str, Any]) -> str:
    options = "".join(f"<option{' selected' if status == row['status'] else ''}>{status}</option>" for status in carrier.STATUSES)
    action = f"/tester/shipments/{row['reference']}"
    asked = json.loads(row["asked"])
    return (
        f'<div class="card">{state(row["status"])} <b>{escape(row["waybill"])}</b> · {escape(row["company"])} {escape(row["service"])} → '
        f"{escape(str(asked.get('destination_contact_name', '')))}, {escape(str(asked.get('destination_country', 'ID')))}"
        f'<br><small>{escape(row["partner_reference"])}</small><div class="row">{button(f"{action}/next", "Next step", "main")}'
        f'<form method="post" action="{action}/set"><select name="status" aria-label="Status">{options}</select><button>Set</button></form>'
        f"{button(f'{action}/delivered', 'Delivered')}{button(f'{action}/repeat', 'Repeat notice ×3')}"
        f"{button(f'{action}/forge', 'Forge “delivered”', 'bad')}{button(f'{action}/out_of_order', 'Older notice again')}</div></div>"
    )


def bank(world: World, row: dict[str, Any], said: str = "") -> str:
    """The payer's banking app, or the wallet's cashier."""
    facts = json.loads(row["facts"])
    snap = row["provider"] == "snap"
    back = facts.get("redirect", "")
    body = f'<div class="phone"><h1>{"Bank Contoh" if snap else "Contoh Wallet 示例钱包"}</h1>'
    body += f'<p class="says">{escape(said)}</p>' if said else ""
    body += (
        f'<div class="card"><div class="soft">Pay to</div><b>{escape(facts.get("merchant", ""))}</b><p>{escape(facts.get("description", ""))}</p>'
        f'<div class="amount">{amount(row["amount"], row["currency"])}</div><p>{state(row["status"])} <small>{escape(row["partner_reference"])}</small></p>'
    )
    expired = row["expires_at"] and row["expires_at"] < world.now()
    if row["status"] == "open" and not expired:
        place = f"/{'bank' if snap else 'cashier'}/{row['reference']}"
        body += f'<form method="post" action="{place}/pay"><button class="main big">Pay now 确认付款</button></form>'
        body += f'<p></p><form method="post" action="{place}/cancel"><button class="big">Cancel 取消</button></form>'
    elif expired and row["status"] == "open":
        body += "<p>This code has expired.</p>"
    if back.startswith(("http://", "https://")):
        body += f'<p><a href="{escape(back)}">Back to the shop 返回商店</a></p>'
    return page("Pay", body + "</div></div>")


def scan(said: str = "") -> str:
    return page(
        "Scan",
        '<div class="phone"><h1>Bank Contoh: scan a QRIS code</h1>'
        + (f'<p class="says">{escape(said)}</p>' if said else "")
        + '<form method="post" action="/scan" style="display:block"><label>Text of the code<textarea name="qr" required></textarea></label>'
        '<button class="main big">Continue</button></form></div>',
    )


def inbox(world: World, to: str = "") -> str:
    rows = world.store.rows("SELECT * FROM message WHERE ? IN ('', receiver) ORDER BY id DESC LIMIT 100", to)
    body = "<h1>Inbox</h1><p class='soft'>Text messages and e-mails the platform sent. Newest first.</p>"
    for row in rows:
        subject = f"<b>{escape(row['subject'])}</b><br>" if row["subject"] else ""
        body += (
            f'<div class="card"><small>{escape(row["kind"])} · {world.stamp(row["created_at"])[:19].replace("T", " ")}</small> '
            f'<a href="/inbox?to={escape(row["receiver"].replace("+", "%2B"))}">{escape(row["receiver"])}</a><br>{subject}<pre>{escape(row["text"])}</pre></div>'
        )
    return page("Inbox", body + ("" if rows else "<p>Nothing yet.</p>"))


def notices(world: World) -> str:
    body = "<h1>Notices</h1><p class='soft'>What was sent to the platform, and what it answered.</p>"
    for row in world.store.rows("SELECT * FROM notice ORDER BY id DESC LIMIT 60"):
        waiting = f"waiting, due {world.stamp(row['due_at'])[11:19]}" if row["due_at"] else f"{row['tries']} time(s)"
        body += (
            f'<div class="card"><b>{escape(row["kind"])}</b> {escape(row["about"])} · <small>{waiting}</small><br>{escape(row["answer"])}'
            f"<details><summary>Message</summary><pre>POST {escape(row['url'])}\n{escape(row['headers'])}\n\n{escape(row['body'])}</pre></details></div>"
        )
    return page("Notices", body)

"""What a tester may do to a payment, on purpose or by mischief."""

import csv
import io
from typing import Any

from saudagar_sandbox import acquirer, wallet
from saudagar_sandbox.world import World

DEEDS = {
    "pay": "Pay",
    "delay": "Pay, tell in 20 s",
    "pay_silently": "Pay, notice lost",
    "late": "Pay although expired",
    "late_silently": "Pay although expired, notice lost",
    "fail": "Fail",
    "cancel": "Cancel",
    "repeat": "Repeat last notice ×3",
    "out_of_order": "Pay, notices out of order",
    "mismatch": "Pay less",
    "other_currency": "Pay in another currency",
    "forge": "Forge (wrong signature)",
    "unsigned": "Forge (no signature)",
}
PAYING = {"pay", "delay", "pay_silently", "late", "late_silently", "mismatch", "other_currency", "out_of_order"}


class Refused(Exception):
    pass


def payment(world: World, reference: str) -> dict[str, Any]:
    found = world.store.row("SELECT * FROM payment WHERE ? IN (reference, partner_reference) ORDER BY created_at DESC", reference)
    if not found:
        raise Refused("no such payment")
    return found


def do(world: World, reference: str, deed: str, *, seconds: float = 20, amount: int | None = None) -> dict[str, Any]:
    if deed not in DEEDS:
        raise Refused(f"unknown deed; known: {', '.join(DEEDS)}")
    with world.store.change():
        known = payment(world, reference)
        tell = acquirer.notice if known["provider"] == "snap" else wallet.notice
        if deed in PAYING:
            if known["status"] == "paid":
                raise Refused("it is paid already")
            if not deed.startswith("late") and known["expires_at"] and known["expires_at"] < world.now():
                raise Refused("it has expired: a bank would not take it (use “late” to force it)")
            paid_amount = (
                amount if amount is not None else known["amount"] - min(known["amount"] // 2, 1_000_00) if deed == "mismatch" else None
            )
            other = {"IDR": "MYR"}.get(known["currency"], "IDR") if deed == "other_currency" else None
            world.store.run(
                "UPDATE payment SET status = 'paid', paid_at = ?, paid_amount = ?, paid_currency = ? WHERE reference = ?",
                world.now(),
                paid_amount,
                other,
                known["reference"],
            )
            known = payment(world, known["reference"])
            if not deed.endswith("_silently"):
                tell(world, known, "success", after=seconds if deed == "delay" else 0)
            if deed == "out_of_order":
                tell(world, known, "pending", after=1)
        elif deed in {"fail", "cancel"}:
            if known["status"] == "paid":
                raise Refused("it is paid already")
            status = {"fail": "failed", "cancel": "cancelled"}[deed]
            world.store.run("UPDATE payment SET status = ? WHERE reference = ?", status, known["reference"])
            tell(world, payment(world, known["reference"]), status)
        elif deed == "repeat":
            repeat(world, known["reference"])
        else:
            tell(world, known, {"forge": "forged", "unsigned": "unsigned"}[deed])
        return payment(world, known["reference"])


def repeat(world: World, about: str, times: int = 3) -> None:
    """The last honest notice once more, letter for letter."""
    last = world.store.row(
        "SELECT * FROM notice WHERE about = ? AND kind NOT IN ('forged', 'unsigned', 'repeated') ORDER BY id DESC LIMIT 1", about
    )
    if not last:
        raise Refused("nothing was sent yet")
    for _ in range(times):
        world.store.add(
            "notice",
            about=about,
            kind="repeated",
            url=last["url"],
            headers=last["headers"],
            body=last["body"],
            due_at=world.now(),
            created_at=world.now(),
        )
    world.awake.set()


def settle(world: World, provider: str) -> str | None:
    """Close the day: everything paid, refunded and transferred since the last file goes into a new one. Returns its name."""
    tables = ("payment", "refund") + (("transfer",) if provider == "snap" else ())
    with world.store.change():
        name = world.reference("SET")
        moved = 0
        for table in tables:
            mine = "" if table == "transfer" else f" AND provider = '{provider}'"
            done = {"payment": " AND status = 'paid'", "transfer": " AND status = 'done'"}.get(table, "")
            moved += len(world.store.rows(f"SELECT 1 FROM {table} WHERE settlement IS NULL{mine}{done}"))  # noqa: S608
            world.store.run(f"UPDATE {table} SET settlement = ? WHERE settlement IS NULL{mine}{done}", name)  # noqa: S608
    return name if moved else None


def settlements(world: World, provider: str) -> list[str]:
    rows = world.store.rows(
        "SELECT DISTINCT settlement FROM payment WHERE provider = ? AND settlement IS NOT NULL "
        "UNION SELECT DISTINCT settlement FROM refund WHERE provider = ? AND settlement IS NOT NULL "
        "UNION SELECT DISTINCT settlement FROM transfer WHERE ? = 'snap' AND settlement IS NOT NULL ORDER BY 1",
        provider,
        provider,
        provider,
    )
    return [row["settlement"] for row in rows]


def settlement_file(world: World, provider: str, name: str) -> str:
    """CSV: kind, reference (ours), partner_reference, gross, fee, net (signed: what reaches the platform's account), currency, at."""
    if name not in settlements(world, provider):
        raise Refused("no such file")
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(["settlement", "kind", "reference", "partner_reference", "gross", "fee", "net", "currency", "at"])

    def line(kind: str, row: dict[str, Any], amount: int, currency: str, at: float) -> None:
        # The merchant discount rate is 0 here: since October 2026 most warung pay none, and a fee line would need its contract.
        text = f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"
        sheet.writerow([name, kind, row["reference"], row["partner_reference"], text, "0.00", text, currency, world.stamp(at)])

    for row in world.store.rows("SELECT * FROM payment WHERE provider = ? AND settlement = ? ORDER BY paid_at", provider, name):
        paid = row["paid_amount"] if row["paid_amount"] is not None else row["amount"]
        line("payment", row, paid, row["paid_currency"] or row["currency"], row["paid_at"])
    for row in world.store.rows("SELECT * FROM refund WHERE provider = ? AND settlement = ? ORDER BY created_at", provider, name):
        line("refund", row, -row["amount"], row["currency"], row["created_at"])
    if provider == "snap":
        for row in world.store.rows("SELECT * FROM transfer WHERE settlement = ? ORDER BY created_at", name):
            line("transfer", row, -row["amount"], row["currency"], row["created_at"])
    return out.getvalue()

"""The sandbox forgets nothing when it is killed: what was paid stays paid, and what was to be told is told."""

import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from saudagar.payments.tests.cast import a_server


class Listener(BaseHTTPRequestHandler):
    heard: list[str]

    def do_POST(self) -> None:
        self.heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_killed_between_the_payment_and_its_notice(tmp_path: Path) -> None:
    Listener.heard = []
    platform = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=platform.serve_forever, daemon=True).start()
    web = f"http://127.0.0.1:{platform.server_port}"
    process, sandbox = a_server(tmp_path, web=web)
    try:
        port = int(sandbox.url.rsplit(":", 1)[1])
        headers = {"authorization": sandbox.keys["CARRIER_API_KEY"]}
        parcel = {
            "reference_id": "K1",
            "destination_contact_name": "Rina",
            "destination_address": "Jl. Contoh 1",
            "courier_company": "jne",
            "courier_type": "reg",
            "items": [{"name": "Kopi", "value": 107_000, "weight": 250, "quantity": 1}],
        }
        first = sandbox.client.post("/v1/orders", json=parcel, headers=headers).json()
        sandbox.client.post("/tester/shipments/K1/picked", json={"seconds": 1})
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert Listener.heard == []

        process, sandbox = a_server(tmp_path, web=web, port=port)
        again = sandbox.client.post("/v1/orders", json=parcel, headers=headers).json()
        assert (again["id"], again["courier"], again["status"]) == (first["id"], first["courier"], "picked")
        for _ in range(100):
            if Listener.heard:
                break
            threading.Event().wait(0.05)
        assert len(Listener.heard) == 1 and '"status":"picked"' in Listener.heard[0]
    finally:
        process.kill()
        process.wait(10)
        platform.shutdown()

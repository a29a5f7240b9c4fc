"""What load balancers and Prometheus read."""

import pytest
from django.test import Client


def test_alive_without_a_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_when_migrated(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})


@pytest.mark.django_db
def test_metrics_are_prometheus_text(client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    assert "saudagar_up 1" in lines
    assert "saudagar_outbox_events 0" in lines
    assert "# TYPE saudagar_orders gauge" in lines


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {"REMOTE_ADDR": "203.0.113.9"}, 403),
        ("", {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
        ("geheim", {}, 403),
        ("geheim", {"HTTP_AUTHORIZATION": "Bearer geheim", "REMOTE_ADDR": "203.0.113.9"}, 200),
    ],
)
@pytest.mark.django_db
def test_metrics_are_not_for_everybody(
    client: Client, monkeypatch: pytest.MonkeyPatch, token: str, headers: dict[str, str], status: int
) -> None:
    monkeypatch.setenv("SAUDAGAR_METRICS_TOKEN", token)
    assert client.get("/metrics", **headers).status_code == status

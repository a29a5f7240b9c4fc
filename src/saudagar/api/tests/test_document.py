"""The OpenAPI document covers what Django answers and what the door does, and its page works without anything from elsewhere."""

from django.test import Client


def test_the_document_covers_the_whole_api(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    assert {"/api/v1/quotes", "/api/v1/orders", "/api/v1/landed-costs", "/api/v1/purchases/{handle_text}"} <= set(document["paths"])
    body = document["paths"]["/api/v1/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    order = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
    assert set(order["required"]) == {"quote", "buyer", "address", "payment"}


def test_every_reference_leads_somewhere(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else ())
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    assert set(references(document)) <= known


def test_the_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page

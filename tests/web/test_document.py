"""What the API says of itself: an OpenAPI document that is valid, leaves nothing out, and is true."""

from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator

from tests.web.client import APP, G1, ROOT, Client

pytestmark = pytest.mark.usefixtures("submitted")


def test_the_document_of_the_api_is_valid_and_leaves_nothing_out(api: Client) -> None:
    said = api.ask("GET", f"{ROOT}/openapi.json")
    document = said.value
    assert (said.status, document["openapi"][:3]) == (200, "3.1")
    OpenAPI.model_validate(document)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = set(find(document, "$ref"))
    assert references <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            documented(f"{verb} {path}", operation, document)


def documented(name: str, operation: dict[str, Any], document: dict[str, Any]) -> None:
    """An operation says what it does, who may, what it takes, what it answers, and what goes wrong."""
    assert operation["description"].endswith("."), name
    assert operation["security"] == [{"token": []}], name
    assert {"401", "403", "404", "409", "413", "422", "503"} < operation["responses"].keys(), name
    for status, response in operation["responses"].items():
        wanted = "application/json" if status in ("200", "201") else "application/problem+json"
        assert [*response["content"]] == [wanted], name
        assert response["content"][wanted]["schema"], name
    assert all(parameter["description"] for parameter in operation.get("parameters", ())), name
    for media in operation.get("requestBody", {"content": {}})["content"].values():
        model = document["components"]["schemas"].get(media["schema"].get("$ref", "").rpartition("/")[2])
        assert model is None or ("examples" in model and model["additionalProperties"] is False), name


def find(value: Any, key: str) -> list[str]:
    """All values of a key, however deep."""
    if isinstance(value, dict):
        own = [value[key]] if isinstance(value.get(key), str) else []
        return own + [found for item in value.values() for found in find(item, key)]
    return [found for item in value for found in find(item, key)] if isinstance(value, list) else []


def test_every_example_of_a_body_is_a_right_one(api: Client) -> None:
    document = api.ask("GET", f"{ROOT}/openapi.json").value
    schemas = document["components"]["schemas"]
    tried = [name for name, schema in schemas.items() if "examples" in schema]
    for name in tried:
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        for example in schemas[name]["examples"]:
            Draft202012Validator(schema).validate(example)
    assert "Vote" in tried


def test_the_answers_are_what_the_document_says(api: Client) -> None:
    document = api.ask("GET", f"{ROOT}/openapi.json").value
    answers = {"/projects/{project}": api.get(APP), "/projects/{project}/gates/{gate}": api.get(G1)}
    answers |= {"/inbox": api.get("/inbox", by="sam"), "/projects": api.get("/projects")}
    for path, said in answers.items():
        schema = document["paths"][ROOT + path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(schema | {"components": document["components"]}).validate(said.value)

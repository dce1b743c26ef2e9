"""The OpenAPI document is true: Schemathesis asks for everything in it, and for much that is not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.desk import Rest
from tests.sidecar.keys import OPERATOR, A, Key
from venue.sidecar.problems import Code

_HERE = Path(__file__).parent
_SECONDS = 30


def _document(rest: Rest) -> dict[str, Any]:
    reply = rest.client(A).get("/v1/openapi.json")
    document: dict[str, Any] = reply.body
    return document


@pytest.mark.slow
@pytest.mark.parametrize("key", [A, OPERATOR])
def test_schemathesis_finds_nothing(scratch: Rest, key: Key, tmp_path: Path) -> None:
    program, config = Path(sys.executable).parent / "schemathesis", _HERE / "schemathesis.toml"
    options = ["-n", "15", "--seed", "1", "--max-time", str(_SECONDS), "--generation-database", "none", "--no-color"]
    url = f"http://127.0.0.1:{scratch.port}/v1/openapi.json"
    hooks = {"SCHEMATHESIS_HOOKS": "tests.sidecar.signing_hooks", "PYTHONPATH": str(_HERE.parent.parent)}
    run = subprocess.run(
        [program, "--config-file", config, "run", "--checks", "all", *options, url],
        env={**os.environ, **hooks, "SIGNING_KEY": key.key_id},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=_SECONDS * 5,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6_000:] + run.stderr[-2_000:]
    assert "Tested: 22" in run.stdout


def test_every_route_has_an_example_and_tells_its_problems(rest: Rest) -> None:
    for path, methods in _document(rest)["paths"].items():
        for method, operation in methods.items():
            responses = operation["responses"]
            if path == "/v1/health":
                continue
            done = next(answer for status, answer in responses.items() if status.startswith("2"))
            assert "example" in done["content"]["application/json"], (path, method)
            assert {"400", "401", "403", "404", "409", "413", "422", "503"} <= responses.keys()
            if "requestBody" in operation:
                (content,) = operation["requestBody"]["content"].values()
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert "example" in _document(rest)["components"]["schemas"][name], (path, method)


def test_the_document_tells_every_status_that_a_code_has(rest: Rest) -> None:
    operation = _document(rest)["paths"]["/v1/orders"]["post"]
    assert {str(code.status) for code in Code} <= operation["responses"].keys()


def test_the_document_tells_how_to_sign(rest: Rest) -> None:
    document = _document(rest)
    assert "venue-request-1" in document["info"]["description"]
    schemes = document["components"]["securitySchemes"].values()
    assert {scheme["name"] for scheme in schemes} == {
        *("Venue-Key", "Venue-Timestamp", "Venue-Nonce", "Venue-Signature"),
    }

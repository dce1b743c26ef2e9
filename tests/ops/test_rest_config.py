"""rest.toml: mistakes are told with what to do; demonstration keys are made once, for clients of this machine alone."""

import stat
from base64 import b64encode
from pathlib import Path

import nacl.signing
import pytest

from venue.domain.commands import AddSession
from venue.ops.errors import ConfigError
from venue.ops.rest_config import (
    OPERATOR_KEY,
    api_keys,
    demo_key_id,
    make_demo_keys,
    private_key_file,
    read_private_key,
    rest_config,
    session_commands,
)
from venue.sidecar.keys import Scope

_PUBLIC = b64encode(bytes(nacl.signing.SigningKey(bytes(32)).verify_key)).decode()
FIRMS = ["BROKER_A", "BROKER B"]


def _key(key_id: str = "k", firm: str = "BROKER_A", scopes: str = '"read"', public: str = _PUBLIC) -> str:
    return f'[[key]]\nid = "{key_id}"\nfirm = "{firm}"\nscopes = [{scopes}]\npublic_key = "{public}"\n'


def test_without_the_file_there_is_no_rest(tmp_path: Path) -> None:
    assert rest_config(tmp_path) is None
    assert api_keys(tmp_path, tmp_path, FIRMS) == ()
    make_demo_keys(tmp_path, tmp_path / "store", FIRMS)
    assert not (tmp_path / "store").exists()


def test_keys_of_the_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "rest.toml").write_text(_key("a", scopes='"read", "trade"') + _key("op", "", '"read", "operator"'))
    one, operator = api_keys(tmp_path, tmp_path, FIRMS)
    assert (one.key_id, one.firm, one.scopes) == ("a", "BROKER_A", {Scope.READ, Scope.TRADE})
    assert (operator.firm, operator.scopes) == ("", {Scope.READ, Scope.OPERATOR})
    assert session_commands([one, one, operator], "who") == [AddSession(0, "who", "REST-BROKER_A", "BROKER_A")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_key(firm="NOBODY"), "firm NOBODY is no firm of a FIX session: they are BROKER B, BROKER_A"),
        (_key() + _key(), "key k is there twice"),
        (_key(public="x"), "public_key is not 32 bytes in base64"),
        (_key(public=b64encode(bytes(31)).decode()), "public_key is not 32 bytes in base64"),
        (_key(scopes='"operator"'), "operator is for the venue's own keys"),
        (_key(firm="", scopes='"trade"'), "trade and transfer are a firm's"),
        (_key(scopes='"write"'), "none of"),
        (_key("a b"), "is not a name"),
        ("listen_port = 0", "is below 1"),
        ("port = 8080", "there is no such key"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "rest.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"rest\.toml") as error:
        api_keys(tmp_path, tmp_path, FIRMS)
    assert told in str(error.value)


def test_demonstration_keys_are_made_once_and_their_private_halves_are_closed_to_others(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (tmp_path / "rest.toml").write_text("")
    make_demo_keys(tmp_path, store, FIRMS)
    keys = api_keys(tmp_path, store, FIRMS)
    assert [(key.key_id, key.firm) for key in keys] == [
        ("demo-broker-b", "BROKER B"),
        ("demo-broker_a", "BROKER_A"),
        (OPERATOR_KEY, ""),
    ]
    for key in keys:
        private = nacl.signing.SigningKey(read_private_key(store, key.key_id))
        assert bytes(private.verify_key) == key.public_key
        assert stat.S_IMODE(private_key_file(store, key.key_id).stat().st_mode) == 0o600
    make_demo_keys(tmp_path, store, FIRMS)
    assert api_keys(tmp_path, store, FIRMS) == keys


def test_with_keys_of_the_settings_there_are_none_of_a_demonstration(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (tmp_path / "rest.toml").write_text("")
    make_demo_keys(tmp_path, store, FIRMS)
    (tmp_path / "rest.toml").write_text(_key("real"))
    assert [key.key_id for key in api_keys(tmp_path, store, FIRMS)] == ["real"]
    make_demo_keys(tmp_path, tmp_path / "other", FIRMS)
    assert not (tmp_path / "other").exists()


def test_the_name_of_a_demonstration_key_is_one_whatever_the_firms_is() -> None:
    assert demo_key_id("Böse & Söhne/..") == "demo-b-se---s-hne-.."

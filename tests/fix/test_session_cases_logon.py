"""FIX session layer test cases 1S, 2S, 12, 13 and 17: logging on and off, on both ports.

Source: FIX session layer test cases of the FIX Trading Community; each test's docstring begins with the name of
the acceptance definition of QuickFIX (test/definitions/server/fix44) that asks for the same.
"""

import time

import pytest

from tests.fix.conftest import Line, log_off, ping
from tests.support.fix_client import FixClient, Received, encode, timestamp

LOGON = [(98, "0"), (108, "30")]


def logon_bytes(line: Line, seq: int = 1, **changed: str) -> bytes:
    """A Logon with 141=Y; changed: fields by tag, t56="NOBODY"; "" leaves one out."""
    fields = {35: "A", 49: line.comp_id, 56: "VENUE", 34: str(seq), 52: timestamp(), 98: "0", 108: "30", 141: "Y"}
    begin_string = changed.pop("t8", line.begin_string)
    fields.update({int(name[1:]): value for name, value in changed.items()})
    return encode([(tag, value) for tag, value in fields.items() if value], begin_string)


def answers_until_cut(client: FixClient, seconds: float = 5.0) -> list[Received]:
    answers = []
    deadline = time.monotonic() + seconds
    while (message := client.receive(max(0.01, deadline - time.monotonic()))) is not None:
        answers.append(message)
    return answers


def test_valid_logon(line: Line) -> None:
    """1a_ValidLogonWithCorrectMsgSeqNum: answered with a Logon, which repeats HeartBtInt."""
    with line.connect() as client:
        answer = client.logon(heartbeat=17)
        assert (answer[34], answer[49], answer[56], answer[98], answer[108]) == ("1", "VENUE", line.comp_id, "0", "17")
        log_off(client)


def test_valid_logon_with_a_sequence_number_too_high(line: Line) -> None:
    """1a_ValidLogonMsgSeqNumTooHigh: answered with a Logon, then with a ResendRequest for what is missing."""
    with line.logged_on() as first:
        log_off(first)
    with line.connect() as client:
        client.next_out = 8
        client.logon(reset=False)
        client.expect("2", t7="3", t16="0")
        client.send("4", [(123, "Y"), (36, "9")], [(43, "Y"), (122, timestamp())], seq=3)
        ping(client)
        log_off(client)


def test_next_expected_number_is_told_at_logon(line: Line) -> None:
    """789 too low: what is missing comes; too high: Logout with Text. FIX 4.2 does not have it."""
    if line.in_fix_42:
        with line.connect() as client:
            client.send("A", [*LOGON, (789, "1")])
            assert "789" in client.expect("5")[58]
            client.expect_cut()
        return
    with line.logged_on() as first:
        ping(first)
        log_off(first)
    with line.connect() as client:
        client.next_out = 4
        client.send("A", [*LOGON, (789, "99")])
        assert client.expect("5", t34="1")[58].endswith("(789) too high, expecting 4 but received 99")
        client.expect_cut()
    with line.connect() as client:
        client.next_out = 4
        client.send("A", [*LOGON, (789, "1")])
        assert client.expect("A")[34] == "4"
        assert client.expect("4", t34="1", t123="Y", t43="Y")[36] >= "4"
        ping(client)
        log_off(client)


@pytest.mark.parametrize("reset", ["", "Y"])
def test_a_second_connection_of_one_identity_is_dropped(line: Line, client: FixClient, reset: str) -> None:
    """1b_DuplicateIdentity, AlreadyLoggedOn: in silence, and the first one goes on."""
    ping(client)
    with line.connect() as second:
        second.send_raw(logon_bytes(line, t141=reset))
        second.expect_cut()
    assert ping(client)[34] == "3"


@pytest.mark.parametrize(
    "changed",
    [{"t49": "NOBODY"}, {"t56": "NOBODY"}, {"t49": ""}, {"t56": ""}, {"t49": "VENUE"}, {"t49": "BROKER_Z"}],
    ids=["1c_InvalidSenderCompID", "1c_InvalidTargetCompID", "no 49", "no 56", "our own 49", "like a broker's 49"],
)
def test_a_stranger_is_dropped_in_silence(line: Line, changed: dict[str, str]) -> None:
    """1c: no answer, no sequence number used."""
    with line.logged_on() as known:
        log_off(known)
    with line.connect() as stranger:
        stranger.send_raw(logon_bytes(line, **changed))
        stranger.expect_cut()
    with line.connect() as known:
        known.next_out = 3
        assert known.logon(reset=False)[34] == "3"
        log_off(known)


def test_the_other_ports_party_is_a_stranger(line: Line) -> None:
    other = "COMPLIANCE" if line.name == "order_entry" else "BROKER_A"
    with FixClient(line.port, other) as client:
        client.send_raw(logon_bytes(line, t49=other))
        client.expect_cut()


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"t52": "an hour ago"}, "52"),
        ({"t52": "an hour ahead"}, "52"),
        ({"t52": "yesterday"}, "52"),
        ({"t52": ""}, "52"),
        ({"t108": "0"}, "108"),
        ({"t108": "-1"}, "108"),
        ({"t108": "4"}, "108"),
        ({"t108": "61"}, "108"),
        ({"t108": "9999999999999"}, "108"),
        ({"t108": "30x"}, "108"),
        ({"t108": ""}, "108"),
        ({"t98": "1"}, "98"),
        ({"t98": ""}, "98"),
        ({"t34": "0"}, "34"),
        ({"t34": "5"}, "34"),
        ({"t34": "x"}, "34"),
        ({"t34": ""}, "34"),
        ({"t34": "99999999999999999999"}, "34"),
        ({"t141": "maybe"}, "141"),
        ({"t789": "0"}, "789"),
        ({"t789": "x"}, "789"),
        ({"t789": "100"}, "789"),
        ({"t5000": "x"}, "5000"),
        ({"t55": "BTC-USD"}, "55"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_an_invalid_logon_is_answered_with_logout(line: Line, changed: dict[str, str], word: str) -> None:
    """1d_InvalidLogonBadSendingTime, case 17 (EncryptMethod) and the rest of 1S d: Logout with Text, then the line
    is cut; a Logon that is refused resets nothing, although it says 141=Y."""
    with line.logged_on() as good:
        ping(good)
        log_off(good)
    offset = {"an hour ago": -3600, "an hour ahead": 3600}.get(changed.get("t52", ""))
    if offset:
        changed = {"t52": timestamp(offset)}
    with line.connect() as client:
        client.send_raw(logon_bytes(line, **changed))
        answers = answers_until_cut(client)
        assert [answer[35] for answer in answers] == ["5"], answers
        assert word in answers[0][58]
    with line.connect() as good:
        good.next_out = 4
        assert good.logon(reset=False)[34] == "4"
        log_off(good)


def test_a_refused_logon_may_be_tried_again_at_once(line: Line) -> None:
    with line.connect() as client:
        client.send_raw(logon_bytes(line, t108="1"))
        client.expect("5")
    with line.logged_on() as client:
        ping(client)
        log_off(client)


def test_logon_with_a_wrong_body_length_is_dropped(line: Line) -> None:
    """1d_InvalidLogonLengthInvalid."""
    good = logon_bytes(line)
    body_length = good.split(b"\x01")[1]
    for wrong in (b"9=3", b"9=500", b"9=0", b"9=-1", b"9=abc", b"9=", b"9=99999999999999999999"):
        with line.connect() as client:
            client.send_raw(good.replace(body_length, wrong, 1))
            if wrong == b"9=500":
                client.socket.shutdown(1)
            client.expect_cut(7)


@pytest.mark.parametrize("begin_string", ["FIX.4.1", "FIX.4.3", "FIX.5.0", "FIXT.1.1", "FIX.4.9", "FOX.4.4"])
def test_logon_in_a_version_that_is_not_spoken_is_dropped(line: Line, begin_string: str) -> None:
    """1d_InvalidLogonWrongBeginString."""
    with line.connect() as client:
        client.send_raw(logon_bytes(line, t8=begin_string))
        client.expect_cut()


def test_logon_in_another_sessions_version_is_answered_with_logout(line: Line) -> None:
    """1S d: Logout with Text, in the version of the Logon, so that it can be read; no sequence number is used."""
    with line.logged_on() as client:
        ping(client)
        log_off(client)
    other = "FIX.4.4" if line.in_fix_42 else "FIX.4.2"
    with line.connect() as client:
        client.send_raw(logon_bytes(line, t8=other))
        logout = client.expect("5", t8=other, t34="1")
        assert logout[58] == f"BeginString(8) must be {line.begin_string} on this session"
        client.expect_cut()
    with line.connect() as client:
        client.next_out = 4
        assert client.logon(reset=False)[34] == "4"
        log_off(client)


@pytest.mark.parametrize("kind", ["0", "1", "2", "4", "5", "D", "V", "QQ"])
def test_a_first_message_that_is_not_a_logon_is_dropped(line: Line, kind: str) -> None:
    """1e_NotLogonMessage, 2S."""
    with line.connect() as client:
        client.send(kind, [(112, "HELLO")])
        client.expect_cut()


@pytest.mark.parametrize("changed", [{"t108": "0"}, {"t108": "3600"}, {"t108": "-5"}, {"t98": "1"}])
def test_a_later_logon_may_not_ask_for_more_than_the_first(
    line: Line, client: FixClient, changed: dict[str, str]
) -> None:
    """HeartBtInt and EncryptMethod are bounded in a Logon that resets a running session, too."""
    ping(client)
    client.send_raw(logon_bytes(line, **changed))
    answers = answers_until_cut(client)
    assert "A" not in [answer[35] for answer in answers], answers


def test_a_bad_logon_right_behind_a_good_one(line: Line) -> None:
    with line.connect() as client:
        client.send_raw(logon_bytes(line) + logon_bytes(line, t108="0"))
        assert [answer[35] for answer in answers_until_cut(client)] == ["A", "5"]


def test_sequence_numbers_are_reset_in_a_running_session(client: FixClient) -> None:
    """SessionReset: Logon with 141=Y and 34=1 starts both sides again from 1."""
    for _ in range(8):
        client.send("0")
    assert ping(client)[34] == "2"
    client.next_out = 1
    client.send("A", [*LOGON, (141, "Y")])
    assert client.expect("A", t141="Y")[34] == "1"
    assert ping(client)[34] == "2"


def test_a_second_logon_without_reset_ends_the_session(client: FixClient) -> None:
    client.send("A", LOGON)
    assert "A" not in [answer[35] for answer in answers_until_cut(client)]


def test_numbers_go_on_from_one_connection_to_the_next(line: Line) -> None:
    with line.logged_on() as client:
        ping(client)
        log_off(client)
    with line.connect() as client:
        client.next_out = 4
        assert client.logon(reset=False)[34] == "4"
        log_off(client)


def test_a_logon_with_a_number_too_low_is_refused_with_the_number_expected(line: Line) -> None:
    with line.logged_on() as client:
        ping(client)
        log_off(client)
    with line.connect() as client:
        client.send("A", LOGON, seq=2)
        assert "expecting 4 but received 2" in client.expect("5")[58]
        client.expect_cut()


def test_an_unsolicited_logout_is_answered_and_the_line_cut(client: FixClient) -> None:
    """13b_UnsolicitedLogoutMessage."""
    client.send("5")
    assert client.expect("5")[34] == "2"
    client.expect_cut()


def test_a_cut_line_frees_the_session(line: Line) -> None:
    """A client that comes back before the cut is noticed is dropped as a second one, and tries again."""
    line.logged_on().close()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        with line.connect() as client:
            client.send("A", LOGON, seq=2)
            answer = client.receive()
            if answer is not None:
                assert (answer[35], answer[34]) == ("A", "2")
                client.next_out = 3
                log_off(client)
                return
    raise AssertionError("the session was not freed")

"""FIX session layer test cases 2 a-g, 8, 10, 11, 16, 19 and 20: sequence numbers, on both ports.

Source: FIX session layer test cases of the FIX Trading Community; each test's docstring begins with the name of
the acceptance definition of QuickFIX (test/definitions/server/fix44) that asks for the same.
"""

import os
import signal
import time

import pytest

from tests.fix.conftest import Client, Line, fresh, log_off, new_line, order_fields, ping
from tests.support.fix_client import FixClient, Received, timestamp
from tests.support.running_venue import RunningVenue


def again(offset_seconds: float = 0.0) -> list[tuple[int, str]]:
    """Header fields of a message that is sent again."""
    return [(43, "Y"), (122, timestamp(offset_seconds))]


def test_the_number_expected(line: Line, client: FixClient) -> None:
    """2a_MsgSeqNumCorrect."""
    name = fresh("s")
    client.send("D", line.application_message(name))
    assert line.expect_answer(client, name)[34] == "2"


def test_a_number_too_high_asks_for_what_is_missing(line: Line, client: FixClient) -> None:
    """2b_MsgSeqNumTooHigh: the messages are then served in order, each once."""
    first, second = fresh("s"), fresh("s")
    client.send("D", line.application_message(second), seq=3)
    client.expect("2", t7="2", t16="0")
    client.send("D", line.application_message(first), again(), seq=2)
    line.expect_answer(client, first)
    line.expect_answer(client, second)
    client.next_out = 4
    ping(client)


def test_a_number_too_low_ends_the_session(line: Line, client: FixClient) -> None:
    """2c_MsgSeqNumTooLow: Logout that says which number is expected; the message is not served."""
    ping(client)
    client.send("D", line.application_message(fresh("s")), seq=2)
    assert "expecting 3 but received 2" in client.expect("5")[58]
    client.expect_cut()


def test_a_possible_duplicate_that_was_received_is_ignored(line: Line, client: FixClient) -> None:
    """2e_PossDupAlreadyReceived."""
    name = fresh("s")
    client.send("D", line.application_message(name))
    line.expect_answer(client, name)
    client.send("D", line.application_message(name), again(), seq=2)
    assert ping(client)[34] == "3"


def test_a_possible_duplicate_that_was_not_received_is_served(line: Line, client: FixClient) -> None:
    """2e_PossDupNotReceived."""
    name = fresh("s")
    client.send("D", line.application_message(name), again())
    answer = line.expect_answer(client, name)
    assert answer[34] == "2"
    ping(client)


def test_a_possible_duplicate_sent_before_it_was_first_sent(client: FixClient) -> None:
    """2f_PossDupOrigSendingTimeTooHigh: Reject 10, then Logout."""
    ping(client)
    client.send("0", [], again(60), seq=2)
    client.expect("3", t45="2", t372="0", t373="10")
    client.expect("5")


def test_a_possible_duplicate_without_its_first_sending_time(client: FixClient) -> None:
    """2g_PossDupNoOrigSendingTime: Reject 1."""
    ping(client)
    client.send("0", [], [(43, "Y")], seq=2)
    client.expect("3", t45="2", t371="122", t372="0", t373="1")
    ping(client)


def test_a_gap_fill_with_the_number_expected(client: FixClient) -> None:
    """10_MsgSeqNumEqual: the next expected is NewSeqNo."""
    client.send("4", [(123, "Y"), (36, "20")])
    client.next_out = 20
    ping(client)


def test_a_gap_fill_with_a_number_too_high(client: FixClient) -> None:
    """10_MsgSeqNumGreater: asks for what is missing, once, and does not jump."""
    client.send("4", [(123, "Y"), (36, "20")], seq=10)
    client.expect("2", t7="2", t16="0")
    client.send("1", [(112, "HELLO")], seq=20)
    client.expect_nothing()
    client.next_out = 2
    client.send("5")
    client.expect("5")
    client.expect_cut()


def test_a_gap_fill_with_a_number_too_low(client: FixClient) -> None:
    """10_MsgSeqNumLess: ignored as a duplicate; without PossDup the session ends."""
    ping(client)
    client.send("4", [(123, "Y"), (36, "20")], [(43, "Y")], seq=1)
    ping(client)
    client.send("4", [(123, "Y"), (36, "20")], seq=2)
    assert "too low" in client.expect("5")[58]
    client.expect_cut()


def test_a_gap_fill_back_is_rejected(client: FixClient) -> None:
    client.send("4", [(123, "Y"), (36, "1")])
    client.expect("3", t45="2", t372="4", t373="5")


def test_a_reset_to_a_higher_number(client: FixClient) -> None:
    """11a_NewSeqNoGreater: whatever its own number."""
    client.send("4", [(36, "20")], seq=1)
    client.next_out = 20
    ping(client)
    client.send("4", [(123, "N"), (36, "40")], seq=99)
    client.next_out = 40
    ping(client)


def test_a_reset_to_the_number_expected(client: FixClient) -> None:
    """11b_NewSeqNoEqual: nothing changes."""
    client.send("4", [(36, "2")], seq=1)
    ping(client)
    client.send("4", [(123, "N"), (36, "3")], seq=7)
    ping(client)


def test_a_reset_to_a_lower_number_is_rejected(client: FixClient) -> None:
    """11c_NewSeqNoLess: Reject 5; nothing changes."""
    for extra in ([], [(123, "N")]):
        client.send("4", [*extra, (36, "1")], seq=1)
        client.expect("3", t372="4", t373="5")
        ping(client)


def test_admin_messages_are_sent_again_as_a_gap_fill(client: FixClient) -> None:
    """8_OnlyAdminMessages."""
    for _ in range(3):
        ping(client)
    for end in ("4", "0", "99"):
        client.send("2", [(7, "1"), (16, end)])
        fill = client.expect("4", t34="1", t123="Y", t36="5", t43="Y")
        assert 122 in fill
    assert ping(client)[34] == "5"


def test_application_messages_are_sent_again_as_they_were(line: Line, client: FixClient) -> None:
    """8_OnlyApplicationMessages: with PossDup, OrigSendingTime and their own numbers."""
    names = [fresh("s") for _ in range(3)]
    first = {}
    for name in names:
        client.send("D", line.application_message(name))
        first[name] = line.expect_answer(client, name)
    for begin, end, wanted in (("2", "4", names), ("2", "0", names), ("3", "3", names[1:2])):
        client.send("2", [(7, begin), (16, end)])
        for name in wanted:
            sent_again = line_answer(line, client, name)
            assert (sent_again[43], sent_again[122]) == ("Y", first[name][52])
            assert stripped(sent_again.pairs) == stripped(first[name].pairs)
    assert ping(client)[34] == "5"


def line_answer(line: Line, client: FixClient, name: str) -> Received:
    return client.expect("8", t11=name) if line.name == "order_entry" else client.expect("j", t379=name)


def stripped(pairs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(tag, value) for tag, value in pairs if tag not in (9, 10, 43, 52, 122)]


def test_a_mix_is_sent_again_in_order(line: Line, client: FixClient) -> None:
    """8_AdminAndApplicationMessages: admin 2-4, application 5-6, admin 7-8, application 9."""
    kinds = "aaaDDaaD"
    names = {}
    for number, kind in enumerate(kinds, 2):
        if kind == "a":
            ping(client)
        else:
            names[number] = fresh("s")
            client.send("D", line.application_message(names[number]))
            line.expect_answer(client, names[number])
    parts = {4: ["fill 2 5"], 6: ["fill 2 5", "5", "6"]}
    parts[8] = [*parts[6], "fill 7 9"]
    parts[9] = parts[0] = [*parts[8], "9"]
    for end, wanted in parts.items():
        client.send("2", [(7, "2"), (16, str(end))])
        for item in wanted:
            if item.startswith("fill"):
                _, number_text, new = item.split()
                client.expect("4", t34=number_text, t36=new, t123="Y", t43="Y")
            else:
                assert line_answer(line, client, names[int(item)])[34] == item
    assert ping(client)[34] == "10"


@pytest.mark.parametrize(("begin", "end"), [("900", "0"), ("900", "950"), ("2", "1"), ("0", "0"), ("99999", "1")])
def test_a_request_for_numbers_that_cannot_be_is_rejected(client: FixClient, begin: str, end: str) -> None:
    """Reject 5, and never a gap fill that would move the counterparty's numbers."""
    client.send("2", [(7, begin), (16, end)])
    client.expect("3", t45="2", t371="7", t372="2", t373="5")
    client.send("1", [(112, "HELLO")])
    assert client.receive()[112] == "HELLO"


def test_a_resent_message_with_a_fault_is_rejected_in_its_place(line: Line, client: FixClient) -> None:
    """RejectResentMessage: later messages, queued meanwhile, are served after it, in order."""
    client.send("1", [(112, "HELLO1")], seq=3)
    client.expect("2", t7="2", t16="0")
    bad = [(tag, "nonsense" if tag == 60 else value) for tag, value in order_fields(fresh("s"), None)]
    client.send("D", bad, again(), seq=2)
    assert client.expect("3", t45="2", t371="60", t372="D", t373="6")[34] == "3"
    client.send("1", [(112, "HELLO2")], seq=4)
    assert client.expect("0", t112="HELLO1")[34] == "4"
    assert client.expect("0", t112="HELLO2")[34] == "5"
    client.next_out = 5


def test_both_sides_ask_for_a_resend_at_once(line: Line, client: FixClient) -> None:
    """20_SimultaneousResendRequest."""
    names = [fresh("s"), fresh("s")]
    for name in names:
        client.send("D", line.application_message(name))
        line.expect_answer(client, name)
    client.send("0", seq=7)
    client.expect("2", t7="4", t16="0")
    client.send("2", [(7, "2"), (16, "3")], seq=8)
    for name, number in zip(names, "23", strict=True):
        assert line_answer(line, client, name)[34] == number
    client.send("4", [(123, "Y"), (36, "9")], again(), seq=4)
    client.next_out = 9
    assert ping(client)[34] == "5"


def test_a_possible_resend_that_was_served_reports_the_order(fix_venue: RunningVenue) -> None:
    """19a_PossResendMessageThatHAsAlreadyBeenSent."""
    with new_line(fix_venue, "order_entry").logged_on() as client:
        name = fresh("s")
        client.send("D", order_fields(name))
        order_id = client.expect("8", t150="0")[37]
        client.send("D", order_fields(name), [(97, "Y")])
        client.expect("8", t11=name, t150="I", t39="0", t37=order_id)
        client.send("F", [(11, fresh("c")), (41, name), (55, "ETH-BTC"), (54, "1"), (60, timestamp())])
        client.expect("8", t150="4")
        client.send("D", order_fields(name), [(97, "Y")])
        client.expect("8", t11=name, t150="I", t39="4", t37=order_id)
        log_off(client)


def test_a_possible_resend_that_was_not_served_is_new(line: Line, client: FixClient) -> None:
    """19b_PossResendMessageThatHasNotBeenSent."""
    name = fresh("s")
    client.send("D", line.application_message(name), [(97, "Y")])
    line.expect_answer(client, name)


def test_a_report_journalled_before_the_reset_of_its_session_comes_once(fix_venue: RunningVenue) -> None:
    """The engine stands still while a drop copy logs on and a broker, who came first, sends an order: it hears of the
    order before it hears of the Logon."""
    with Client(fix_venue.order_entry, "AWAY") as a, Client(fix_venue.drop_copy, "AWAY_COPY") as copy:
        a.logon()
        engine = fix_venue.pid("engine")
        os.kill(engine, signal.SIGSTOP)
        try:
            copy.logon()
            name = fresh("s")
            a.order(name, t55="S197", quantity="10", t1="W-1")
            time.sleep(0.3)
        finally:
            os.kill(engine, signal.SIGCONT)
        a.expect("8", t11=name, t150="0")
        copy.expect("8", t11=name, t34="2")
        time.sleep(0.3)
        assert ping(copy)[34] == "3"
        for client in (a, copy):
            log_off(client)


def test_reports_made_while_the_counterparty_is_away_come_on_its_return(fix_venue: RunningVenue) -> None:
    """Case 16: on both ports, in order, each once, with SendingTime = when they are sent."""
    lines = [(fix_venue.order_entry, "AWAY"), (fix_venue.drop_copy, "AWAY_COPY")]
    names = [fresh("s") for _ in range(3)]
    with Client(*lines[0]) as a, Client(*lines[1]) as copy:
        for client in (a, copy):
            client.logon()
        for name in names:
            a.order(name, t55="S199", quantity="10", t1="W-1")
            assert a.expect("8", t11=name, t150="0")[17] == copy.expect("8", t11=name)[17]
        for client in (a, copy):
            log_off(client)
    away = timestamp()
    with Client(fix_venue.order_entry, "BROKER_B") as b:
        b.logon()
        b.order(fresh("s"), "2", "30", t55="S199")
        b.expect("8", t150="0")
        matches = [b.expect("8", t150="F")[880] for _ in names]
        log_off(b)
    back = timestamp()
    for line, next_out in zip(lines, (6, 3), strict=True):
        with Client(*line) as client:
            client.next_out = next_out
            # The venue's numbers went on meanwhile: the Logon shows the gap, and the client asks for what it lacks.
            assert int(client.logon(reset=False)[34]) == 6 + len(names)
            client.send("2", [(7, "6"), (16, "0")])
            for name, match in zip(names, matches, strict=True):
                report = client.expect("8", t11=name, t150="F", t39="2", t880=match, t43="Y")
                # The venue stamps microseconds, this client milliseconds: compared as the coarser of the two.
                assert away <= report[122][: len(back)] <= back <= report[52]
            log_off(client)

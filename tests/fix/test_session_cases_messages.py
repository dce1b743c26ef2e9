"""FIX session layer test cases 2 d, i-t, 3, 7, 14, 15, 18 and 21: what one message may look like, on both ports.

Source: FIX session layer test cases of the FIX Trading Community; each test's docstring begins with the name of
the acceptance definition of QuickFIX (test/definitions/server/fix44) that asks for the same.
"""

import pytest

from tests.fix.conftest import Line, fresh, order_fields, ping
from tests.support.fix_client import SOH, FixClient, encode, timestamp


def whole(client: FixClient, text: str) -> bytes:
    """A message from "35=1|34=2|112=X|" with right BodyLength and CheckSum; {head} stands for 49, 56 and 52."""
    head = f"49={client.comp_id}|56=VENUE|52={timestamp()}|"
    body = text.replace("{head}", head).encode("latin-1").replace(b"|", SOH)
    return b"".join(_framed(body, client.begin_string))


def _framed(body: bytes, begin_string: str) -> list[bytes]:
    head = f"8={begin_string}".encode() + SOH + b"9=%d" % len(body) + SOH + body
    return [head, b"10=%03d" % (sum(head) & 255) + SOH]


def expect_it_ignored(client: FixClient, seq: int) -> None:
    """Nothing was answered and the number was not used."""
    client.next_out = seq
    ping(client)


GARBLED = {
    "2d_GarbledMessage, no equals": lambda good: good.replace(b"112=", b"112:"),
    "2d_GarbledMessage, field without tag": lambda good: good.replace(b"112=", b"garbled="),
    "3b_InvalidChecksum": lambda good: good[:-4] + (b"000" if good[-4:-1] != b"000" else b"001") + SOH,
    "3b, checksum of two digits": lambda good: good[:-4] + b"7" + SOH,
    "3b, checksum of letters": lambda good: good[:-4] + b"abc" + SOH,
    "3c_GarbledMessage, no trailer": lambda good: good[:-7],
    "2m_BodyLengthValueNotCorrect, short": lambda good: _with_length(good, -5),
    "2m_BodyLengthValueNotCorrect, long by one": lambda good: _with_length(good, 1),
    "2m, BodyLength of letters": lambda good: good.replace(good.split(SOH)[1], b"9=abc", 1),
    "2m, BodyLength negative": lambda good: good.replace(good.split(SOH)[1], b"9=-80", 1),
    "2t_FirstThreeFieldsOutOfOrder, 35 first": lambda good: b"35=1" + SOH + good.replace(SOH + b"35=1", b"", 1),
    "2t, no BodyLength": lambda good: good.replace(good.split(SOH)[1] + SOH, b"", 1),
    "2t, 34 before 35": lambda good: _with_34_first(good),  # noqa: PLW0108
    "no BeginString": lambda good: good[10:],
}


def _with_length(good: bytes, by: int) -> bytes:
    field = good.split(SOH)[1]
    text = good.replace(field, b"9=%d" % (int(field[2:]) + by), 1)
    return text[:-7] + b"10=%03d" % (sum(text[:-7]) & 255) + SOH


def _with_34_first(good: bytes) -> bytes:
    fields = good.split(SOH)[2:-2]
    number = next(field for field in fields if field.startswith(b"34="))
    rest = [number, *(field for field in fields if field != number)]
    return b"".join(_framed(b"".join(field + SOH for field in rest), good[2:9].decode()))


@pytest.mark.parametrize("how", GARBLED)
def test_a_garbled_message_is_ignored(client: FixClient, how: str) -> None:
    """It uses no number; the next message is read as if it had not been."""
    garbled = GARBLED[how](client.message("1", [(112, "GARBLED")], seq=2))
    client.send_raw(garbled)
    good = client.message("1", [(112, "GOOD")], seq=2)
    client.send_raw(good)
    if "trailer" in how or "long" in how:
        # Its end is not where it says: it takes the message after it with it, or leaves it.
        client.send("1", [(112, "GOOD")], [(43, "Y"), (122, timestamp())], seq=2)
    client.expect("0", t112="GOOD")


def test_a_gap_left_by_a_garbled_message_is_asked_for(line: Line, client: FixClient) -> None:
    """2d_GarbledMessage, 3c_GarbledMessage: the next number is too high then."""
    name = fresh("s")
    bad = client.message("D", line.application_message(name))
    client.send_raw(bad.replace(b"10=", b"10=9"))
    client.send("0")
    client.expect("2", t7="2", t16="0")
    client.send("D", line.application_message(name), [(43, "Y"), (122, timestamp())], seq=2)
    line.expect_answer(client, name)


@pytest.mark.parametrize("begin_string", ["FIX.4.1", "the other", "FIX.4.3", "FIX.5.0"])
def test_an_unexpected_begin_string_ends_the_session(client: FixClient, begin_string: str) -> None:
    """2i_BeginStringValueUnexpected: Logout with Text; the other: which the venue speaks with others."""
    if begin_string == "the other":
        begin_string = "FIX.4.4" if client.begin_string == "FIX.4.2" else "FIX.4.2"
    fields = [(35, "1"), (49, client.comp_id), (56, "VENUE"), (34, "2"), (52, timestamp()), (112, "id")]
    client.send_raw(encode(fields, begin_string))
    assert client.expect("5")[58] == "Incorrect BeginString"
    client.send("5", seq=3)
    client.expect_cut()


@pytest.mark.parametrize("header", [{49: "NOBODY"}, {56: "NOBODY"}, {49: "BROKER_B"}])
def test_an_unexpected_comp_id_ends_the_session(line: Line, client: FixClient, header: dict[int, str]) -> None:
    """2k_CompIDDoesNotMatchProfile: Reject 9, then Logout; an order in it is not served."""
    client.send("D", line.application_message(fresh("s")), header.items())
    client.expect("3", t45="2", t372="D", t373="9")
    client.expect("5")


@pytest.mark.parametrize("seconds", [-130, 130, -86400 * 400])
def test_a_sending_time_out_of_range_ends_the_session(line: Line, client: FixClient, seconds: int) -> None:
    """2o_SendingTimeValueOutOfRange: Reject 10, then Logout."""
    client.send("D", line.application_message(fresh("s")), [(52, timestamp(seconds))])
    client.expect("3", t45="2", t372="D", t373="10")
    client.expect("5")


@pytest.mark.parametrize("kind", ["*", "ZZ", "hello", "DD", "1.5"])
def test_a_message_type_that_is_not_valid(client: FixClient, kind: str) -> None:
    """2q_MsgTypeNotValid: Reject 11."""
    client.send(kind)
    client.expect("3", t45="2", t373="11")
    ping(client)


@pytest.mark.parametrize("kind", ["E", "R", "V", "q", "AE", "B", "x", "AF"])
def test_a_message_type_that_is_not_served(line: Line, client: FixClient, kind: str) -> None:
    """2r_UnregisteredMsgType: BusinessMessageReject 3; nothing in it is required. Reject 11 for what FIX 4.2 lacks."""
    client.send(kind)
    if line.in_fix_42 and kind in ("q", "AE", "x", "AF"):
        client.expect("3", t45="2", t373="11")
    else:
        client.expect("j", t45="2", t372=kind, t380="3")
    ping(client)


@pytest.mark.parametrize("kind", ["8", "9", "j"])
def test_what_only_the_venue_says(client: FixClient, kind: str) -> None:
    """Rejected for the first field that it lacks, or as not served."""
    client.send(kind)
    assert client.receive()[35] in ("3", "j")
    fields = [(37, "1"), (17, "1"), (150, "0"), (39, "0"), (55, "ETH-BTC"), (54, "1"), (151, "0"), (14, "0"), (6, "0")]
    client.send("8", [*fields, (20, "0")] if client.begin_string == "FIX.4.2" else fields)
    client.expect("j", t372="8", t380="3")


def test_a_reject_is_taken_note_of(client: FixClient) -> None:
    """7_ReceiveRejectMessage: it counts, and nothing is answered."""
    client.send("3", [(45, "2"), (371, "34"), (372, "A"), (58, "we do not like it")])
    assert ping(client)[34] == "2"


def test_an_undefined_tag(client: FixClient) -> None:
    """14a_BadField: Reject 0 for numbers that no field has."""
    for seq, tag in enumerate(("999", "0", "-1", "5000", "99999"), 2):
        client.send_raw(whole(client, f"35=0|34={seq}|{{head}}{tag}=HI|"))
        client.expect("3", t45=str(seq), t371=tag, t372="0", t373="0")
    client.next_out = 7
    ping(client)


UNREADABLE = {
    "a field without =": ("58=hello|world|", "58", "6"),
    "the last field without =": ("112=X|world|", "112", "6"),
    "an empty field": ("112=X||", "112", "6"),
    "a tag of letters": ("abc=1|", None, "0"),
    "no tag": ("=1|", None, "0"),
    "a tag with a sign": ("+112=1|", None, "0"),
    "a tag with a leading zero": ("0112=1|", None, "0"),
    "a tag of twelve digits": ("112112112112=1|", None, "0"),
    "a second CheckSum": ("112=X|10=123|", "10", "13"),
    "a second BodyLength": ("112=X|9=5|", "9", "13"),
    "a second BeginString": ("8=FIX.4.4|112=X|", "8", "13"),
    "a data field that is longer than the message": ("112=X|93=99999|89=x|", "89", "6"),
    "a data field that is longer than any": ("112=X|93=2000000000|89=x|", "89", "6"),
    "a data field that is shorter": ("112=X|93=1|89=xyz|", "89", "6"),
    "a data field without a length": ("112=X|89=xyz|", "89", "6"),
    "a data field after a length of letters": ("112=X|93=x|89=xyz|", "89", "6"),
}


@pytest.mark.parametrize("how", UNREADABLE)
@pytest.mark.parametrize("kind", ["1", "D"])
def test_a_message_that_cannot_be_cut_into_fields(line: Line, client: FixClient, kind: str, how: str) -> None:
    """Case 14: rejected by its number, which counts. Ignored, it would be asked for again for ever."""
    text, tag, reason = UNREADABLE[how]
    body = "" if kind == "1" else "".join(f"{t}={v}|" for t, v in line.application_message(fresh("s")))
    client.send_raw(whole(client, f"35={kind}|34=2|{{head}}{body}{text}"))
    answer = client.expect("3", t34="2", t45="2", t372=kind, t373=line.reject_reason(reason))
    assert answer.get(371) == tag
    client.next_out = 3
    ping(client)


def test_a_data_field(line: Line, client: FixClient) -> None:
    """As long as its length says, and served; with a SOH in it, Reject 6."""
    name = fresh("s")
    client.send("D", [*line.application_message(name), (93, "5"), (89, "a=b=c")])
    line.expect_answer(client, name)
    client.send("D", [*line.application_message(name), (93, "5"), (89, "a\x01b=c")])
    client.expect("3", t45="3", t371="89", t372="D", t373="6")
    ping(client)


@pytest.mark.parametrize("tag", [11, 55, 54, 60, 38, 40])
def test_a_required_field_is_missing(client: FixClient, tag: int) -> None:
    """14b_RequiredFieldMissing: Reject 1."""
    client.send("D", [pair for pair in order_fields(fresh("s")) if pair[0] != tag])
    client.expect("3", t45="2", t371=str(tag), t372="D", t373="1")
    ping(client)


def test_a_required_header_field_is_missing(client: FixClient) -> None:
    """14b: SendingTime, CompIDs."""
    client.send_raw(whole(client, f"35=1|34=2|49={client.comp_id}|56=VENUE|112=X|"))
    client.expect("3", t371="52", t372="1", t373="1")
    client.next_out = 3
    ping(client)


@pytest.mark.parametrize(("kind", "tag"), [("D", 41), ("D", 262), ("0", 55), ("1", 11), ("D", 7)])
def test_a_tag_of_another_message(client: FixClient, kind: str, tag: int) -> None:
    """14c_TagNotDefinedForMsgType: Reject 2."""
    fields = order_fields(fresh("s")) if kind == "D" else [(112, "X")]
    client.send(kind, [*fields, (tag, "1")])
    client.expect("3", t45="2", t371=str(tag), t372=kind, t373="2")
    ping(client)


@pytest.mark.parametrize("tag", [11, 38, 44, 58, 1, 115])
def test_a_tag_without_a_value(client: FixClient, tag: int) -> None:
    """14d_TagSpecifiedWithoutValue: Reject 4."""
    fields = [(t, "" if t == tag else value) for t, value in order_fields(fresh("s"))]
    header = [(115, "")] if tag == 115 else []
    if tag == 58:
        fields.append((58, ""))
    client.send("D", fields, header)
    client.expect("3", t45="2", t371=str(tag), t372="D", t373="4")
    ping(client)


@pytest.mark.parametrize(("tag", "value"), [(40, "w"), (54, "0"), (59, "Z"), (21, "9"), (40, "0")])
def test_a_value_that_is_not_in_the_list(client: FixClient, tag: int, value: str) -> None:
    """14e_IncorrectEnumValue: Reject 5."""
    fields = {**dict(order_fields(fresh("s"))), tag: value}
    client.send("D", fields.items())
    client.expect("3", t45="2", t371=str(tag), t372="D", t373="5")
    ping(client)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        *[(38, "+200.00"), (38, "1e5"), (44, "one"), (40, "22"), (97, "y")],
        *[(60, "20260101"), (60, "20261301-00:00:00"), (60, "20260230-09:30:00"), (60, "20270229-09:30:00")],
    ],
)
def test_a_value_of_a_wrong_format(client: FixClient, tag: int, value: str) -> None:
    """14f_IncorrectDataFormat: Reject 6."""
    fields = {**dict(order_fields(fresh("s"))), **({} if tag == 97 else {tag: value})}
    client.send("D", fields.items(), [(97, value)] if tag == 97 else [])
    client.expect("3", t45="2", t371=str(tag), t372="D", t373="6")
    ping(client)


def test_header_body_and_trailer_out_of_order(line: Line, client: FixClient) -> None:
    """14g_HeaderBodyTrailerFieldsOutOfOrder: Reject 14."""
    client.send_raw(whole(client, "35=D|11=id|21=3|40=1|54=1|55=X|38=1|60=20260101-00:00:00|34=2|{head}"))
    client.expect("3", t45="2", t371="34", t372="D", t373=line.reject_reason("14"))
    client.send_raw(whole(client, "35=D|55=X|34=3|{head}11=id|21=3|40=1|54=1|38=1|60=20260101-00:00:00|"))
    client.expect("3", t45="3", t371="34", t372="D", t373=line.reject_reason("14"))
    client.next_out = 4
    ping(client)


@pytest.mark.parametrize("tag", [40, 54, 11, 38, 44, 58])
def test_a_repeated_tag(line: Line, client: FixClient, tag: int) -> None:
    """14h_RepeatedTag: Reject 13."""
    fields = [*order_fields(fresh("s")), (58, "text")]
    value = dict(fields)[tag]
    client.send("D", [*fields, (tag, value)])
    client.expect("3", t45="2", t371=str(tag), t372="D", t373=line.reject_reason("13"))
    ping(client)


@pytest.mark.parametrize("tag", [49, 34, 52, 97])
def test_a_repeated_header_tag(line: Line, client: FixClient, tag: int) -> None:
    value = {49: client.comp_id, 34: "2", 52: timestamp(), 97: "N"}[tag]
    client.send_raw(whole(client, f"35=1|34=2|{{head}}97=N|{tag}={value}|112=X|"))
    client.expect("3", t371=str(tag), t372="1", t373=line.reject_reason("13"))
    client.next_out = 3
    ping(client)


GROUPS = {
    "14i_RepeatingGroupCountNotEqual, more": ([(453, "2"), (448, "a"), (447, "D"), (452, "1")], "453", "16"),
    "14i, fewer": ([(453, "1"), (448, "a"), (448, "b")], "453", "16"),
    "14i, none": ([(453, "1")], "453", "16"),
    "14j, delimiter not first": ([(453, "1"), (447, "D"), (448, "a")], None, None),
    "14j, members out of order": ([(453, "1"), (448, "a"), (452, "1"), (447, "D")], "447", "15"),
    "14i, more nested": ([(453, "1"), (448, "a"), (802, "2"), (523, "x"), (803, "1")], "802", "16"),
    "14i, fewer nested": ([(453, "1"), (448, "a"), (802, "1"), (523, "x"), (523, "y")], "802", "16"),
    "14i, none nested": ([(453, "2"), (448, "a"), (802, "1"), (448, "b")], "802", "16"),
    "14i, count of letters": ([(453, "x"), (448, "a")], "453", "6"),
    "14i, negative count": ([(453, "-1"), (448, "a")], None, None),
}


@pytest.mark.parametrize("how", GROUPS)
def test_a_repeating_group_that_is_wrong(line: Line, client: FixClient, how: str) -> None:
    """FIX 4.2 knows none of these fields: Reject 0, for one of them."""
    fields, tag, reason = GROUPS[how]
    client.send("D", [*order_fields(fresh("s")), *fields])
    answer = client.expect("3", t45="2", t372="D")
    if line.in_fix_42:
        assert answer[373] == "0"
        assert int(answer[371]) in dict(fields)
    elif tag is not None:
        assert (answer[371], answer[373]) == (tag, reason)
    ping(client)


def test_a_repeating_group_of_none(line: Line, client: FixClient) -> None:
    """21_RepeatingGroupSpecifierWithValueOfZero: served; FIX 4.2 does not know this one."""
    if line.in_fix_42:
        return
    name = fresh("s")
    client.send("D", [*line.application_message(name), (453, "0")])
    line.expect_answer(client, name)


def test_a_repeating_group_with_a_nested_one(line: Line, client: FixClient) -> None:
    if line.in_fix_42:
        return
    name = fresh("s")
    parties = [(453, "2"), (448, "a"), (447, "D"), (452, "1"), (802, "2"), (523, "x"), (803, "1"), (523, "y")]
    client.send("D", [*line.application_message(name), *parties, (448, "b")])
    line.expect_answer(client, name)


def test_fields_in_any_order(line: Line, client: FixClient) -> None:
    """15_HeaderAndBodyFieldsOrderedDifferently: header and body each in any order of their own."""
    for seq, step in ((2, 1), (3, -1)):
        name = fresh("s")
        fields = line.application_message(name)[::step]
        body = "".join(f"{tag}={value}|" for tag, value in fields)
        head = f"52={timestamp()}|34={seq}|56=VENUE|49={client.comp_id}|"
        client.send_raw(whole(client, f"35=D|{head}{body}"))
        line.expect_answer(client, name)


ROUTES = {
    "ReverseRoute 115": ([(115, "JCD")], {128: "JCD"}),
    "ReverseRoute 128": ([(128, "JCD")], {115: "JCD"}),
    "ReverseRoute 115 116": ([(115, "JCD"), (116, "CS")], {128: "JCD", 129: "CS"}),
    "ReverseRoute 128 129": ([(128, "JCD"), (129, "CS")], {115: "JCD", 116: "CS"}),
    "ReverseRoute 115 116 144": ([(115, "J"), (116, "CS"), (144, "CHI")], {128: "J", 129: "CS", 145: "CHI"}),
    "ReverseRoute 128 129 145": ([(128, "J"), (129, "CS"), (145, "CHI")], {115: "J", 116: "CS", 144: "CHI"}),
}


@pytest.mark.parametrize("how", ROUTES)
def test_a_reject_goes_back_the_way_its_message_came(client: FixClient, how: str) -> None:
    """ReverseRoute; case 18."""
    header, expected = ROUTES[how]
    client.send("D", {**dict(order_fields(fresh("s"))), 40: "w"}.items(), header)
    reject = client.expect("3", t45="2", t371="40", t373="5")
    assert {tag: reject.get(tag) for tag in (115, 116, 144, 128, 129, 145)} == {
        115: None,
        116: None,
        144: None,
        128: None,
        129: None,
        145: None,
        **expected,
    }


@pytest.mark.parametrize("tag", [115, 128, 116, 129, 144, 145])
def test_an_empty_routing_tag(client: FixClient, tag: int) -> None:
    """ReverseRouteWithEmptyRoutingTags: Reject 4, without it."""
    client.send("D", order_fields(fresh("s")), [(tag, "")])
    reject = client.expect("3", t45="2", t371=str(tag), t372="D", t373="4")
    assert not {115, 116, 144, 128, 129, 145} & {tag for tag, _ in reject.pairs}


def test_a_conditionally_required_field_is_missing(line: Line, client: FixClient) -> None:
    """Case 14 m: BusinessMessageReject 5; on drop copy 6, as for all requests."""
    name = fresh("s")
    client.send("D", [pair for pair in order_fields(name) if pair[0] != 44])
    client.expect("j", t45="2", t372="D", t379=name, t380="5" if line.name == "order_entry" else "6")
    client.send("F", [(11, name), (55, "ETH-BTC"), (54, "1"), (60, timestamp())])
    client.expect("j", t45="3", t372="F", t379=name, t380="5" if line.name == "order_entry" else "6")


@pytest.mark.parametrize("kind", ["D", "F", "G", "H"])
def test_requests_on_drop_copy_are_refused(line: Line, client: FixClient, kind: str) -> None:
    """Case 14 l of a read-only session: BusinessMessageReject 6, and no order comes of it."""
    if line.name != "drop_copy":
        return
    name = fresh("s")
    fields = dict(order_fields(name, account=None)) | ({41: "x"} if kind in "FG" else {})
    if kind in "FH":
        for tag in (21, 40, 44, 59) + ((38, 60) if kind == "H" else ()):
            fields.pop(tag)
    client.send(kind, fields.items())
    client.expect("j", t45="2", t372=kind, t379=name, t380="6")
    ping(client)

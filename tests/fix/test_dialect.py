"""The dialect's tables: complete, consistent with the domain and with the standard."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.reject_reason import RejectReason
from venue.fix import dialect
from venue.fix.dialect import FIX42, FIX44, Dialect
from venue.fix.dialect_fields import FIELDS as DECLARED
from venue.fix.dialect_fix42 import FIX42_FIELDS
from venue.fix.dialect_messages import MESSAGES, FieldUse, Presence
from venue.fix.dictionary import standard

FIELDS = FIX44.by_name()
# Known in every version: what an order may have, or is read in a Logon.
LATER_THAN_FIX42 = {1138, 2362, 7928, 553, 554}
# The venue asks for one of two where FIX asks for the first.
ONE_OF_TWO = {"F": {"OrigClOrdID"}, "G": {"OrigClOrdID"}, "H": {"ClOrdID"}}

every_version = pytest.mark.parametrize("version", [FIX44, FIX42], ids=lambda version: version.begin_string)


def standard_fields(version: Dialect) -> dict[int, Element]:
    return {
        int(field.get("number", "0")): field for field in ElementTree.parse(standard(version)).iterfind("fields/field")
    }


@every_version
def test_every_tag_and_name_is_declared_once(version: Dialect) -> None:
    tags = [field.tag for field in version.fields]
    assert len(set(tags)) == len(tags) == len(version.by_name())


@every_version
def test_names_and_types_are_the_standards(version: Dialect) -> None:
    known = standard_fields(version)
    for field in version.fields:
        if field.tag in known:
            assert field.name == known[field.tag].get("name")
            # FIX 4.2 has one type for what FIX 4.4 has several, narrower ones for.
            narrowed = known[field.tag].get("type") == "INT" and field.type in ("LENGTH", "SEQNUM", "NUMINGROUP")
            assert field.type == known[field.tag].get("type") or (narrowed and version is FIX42), field


def test_fix_42_has_the_fields_and_values_of_its_standard() -> None:
    known = standard_fields(FIX42)
    assert {field.tag for field in FIX42.fields} - known.keys() == LATER_THAN_FIX42
    for field in FIX42.fields:
        if field.values and field.tag in known:
            assert set(field.values) == {value.get("enum") for value in known[field.tag]}, field.name


def test_fix_42_messages_have_the_fields_of_their_standard() -> None:
    for message in ElementTree.parse(standard(FIX42)).iterfind("messages/message"):
        own = next((own for own in FIX42.messages if own.type == message.get("msgtype")), None)
        if own is None:
            continue
        later = {field.name for field in FIX42.fields if field.tag in LATER_THAN_FIX42}
        assert {use.name for use in own.fields} - later <= {field.get("name") for field in message}, own.name
        required = {use.name for use in own.fields if use.presence is Presence.REQUIRED}
        asked = {field.get("name") for field in message if field.get("required") == "Y"}
        assert asked - required == ONE_OF_TWO.get(own.type, set()), own.name


def test_every_use_in_the_table_is_of_a_field_of_some_version() -> None:
    names = {field.name for field in (*DECLARED, *FIX42_FIELDS)}
    for message in MESSAGES:
        assert {use.name for use in dialect.flatten(message.fields)} <= names, message.name


@pytest.mark.parametrize(
    ("version", "served", "answers"),
    [(FIX44, [*"DFGHq", "AF"], "89rj"), (FIX42, [*"DFGH"], "89j")],
    ids=["FIX.4.4", "FIX.4.2"],
)
def test_every_message_of_the_standard_is_served_or_known(version: Dialect, served: list[str], answers: str) -> None:
    known = {message.get("msgtype") for message in ElementTree.parse(standard(version)).iterfind("messages/message")}
    assert known == version.known_types
    assert frozenset(served) == version.supported_in
    assert set(version.in_messages) == {*"A012345", *served}
    assert set(version.out_messages) == set(f"A012345{answers}")


@every_version
def test_messages_use_declared_fields_once_each(version: Dialect) -> None:
    for message in version.messages:
        names = [use.name for use in dialect.flatten(message.fields)]
        assert len(set(names)) == len(names), message.name
        assert set(names) <= set(version.by_name()), message.name


@pytest.mark.parametrize("message_type", ["D", "F", "G", "H"])
def test_requests_require_symbol_and_side(message_type: str) -> None:
    assert {"55", "54"} <= set(dialect.FIX44.in_messages[message_type].required)


def test_orders_require_what_fix_44_says() -> None:
    assert set(dialect.FIX44.in_messages["D"].required) == {"11", "55", "54", "60", "40"}
    assert set(dialect.FIX44.in_messages["G"].required) == {"11", "55", "54", "60", "38", "40"}
    assert set(dialect.FIX44.in_messages["F"].required) == {"11", "55", "54", "60"}
    assert not {"41", "37", "1"} & set(
        dialect.FIX44.in_messages["F"].required + dialect.FIX44.in_messages["G"].required
    )


def test_orders_require_what_fix_42_says() -> None:
    assert set(FIX42.in_messages["D"].required) == {"11", "21", "55", "54", "60", "40"}
    assert set(FIX42.in_messages["G"].required) == {"11", "21", "55", "54", "60", "38", "40"}
    assert set(FIX42.in_messages["F"].required) == {"11", "55", "54", "60"}


@every_version
@pytest.mark.parametrize("tag", ["168", "210", "211", "388", "389", "15", "120", "77", "207"])
@pytest.mark.parametrize("message_type", ["D", "G"])
def test_known_fields_that_are_not_offered_are_refused_by_name(version: Dialect, message_type: str, tag: str) -> None:
    text = version.in_messages[message_type].refusal(tag, "1")
    assert text is not None
    assert f"({tag}) is not supported" in text


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        ("40", "J", "OrdType(40)=J (market if touched) is not supported"),
        ("40", "P", "OrdType(40)=P (pegged) is not supported"),
        ("59", "7", "TimeInForce(59)=7 (at the close) is not supported"),
        ("18", "G", "ExecInst(18)=G (all or none) is not supported"),
        ("18", "6 G K", "ExecInst(18)=G (all or none) is not supported"),
        ("59", "2", "TimeInForce(59)=2 (at the opening) is not supported"),
        ("54", "5", "Side(54)=5 (sell short) is not supported"),
    ],
)
def test_valid_values_that_are_not_offered_are_refused_by_name(tag: str, value: str, text: str) -> None:
    assert dialect.FIX44.in_messages["D"].refusal(tag, value) == text
    assert dialect.FIX44.in_messages["G"].refusal(tag, value) == text


def test_what_the_domain_offers_is_not_refused() -> None:
    order = dialect.FIX44.in_messages["D"]
    offered = {"40": OrderType, "59": TimeInForce, "54": Side}
    for tag, enum in offered.items():
        assert [order.refusal(tag, str(member.value)) for member in enum] == [None] * len(enum)
    assert order.refusal("21", "3") is None
    assert order.refusal("18", "6 H J") is order.refusal("18", "K") is None


def test_codes_that_the_domain_reports_are_values_of_their_fields() -> None:
    assert {status.value for status in OrderStatus} <= FIELDS["OrdStatus"].values.keys()
    assert {str(reason.ordrej) for reason in RejectReason} <= FIELDS["OrdRejReason"].values.keys()
    assert {str(reason.cxlrej) for reason in RejectReason} <= FIELDS["CxlRejReason"].values.keys()


@every_version
def test_values_offered_are_values_of_their_field(version: Dialect) -> None:
    fields = version.by_name()
    for message in version.messages:
        for use in message.fields:
            if isinstance(use, FieldUse):
                assert set(use.only) <= fields[use.name].values.keys()
                assert not (use.only and use.presence is Presence.REFUSED)


@pytest.mark.parametrize(
    ("group", "violation"),
    [
        ("453=2 448=a 447=D 452=1 448=b 452=3 58=x", None),
        ("453=0", None),
        ("453=1 448=a 802=2 523=x 803=1 523=y", None),
        ("453=2 448=a 802=1 523=x 448=b", None),
        ("453=1 448=", (4, "448")),
        ("453=1 448=a 447=?", (5, "447")),
        ("453=1 448=a 452=1000", (5, "452")),
        ("453=1 447=D 448=a", (15, "447")),
        ("453=1 448=a 452=1 447=D", (15, "447")),
        ("453=3 448=a 448=b", (16, "453")),
        ("453=1", (16, "453")),
    ],
)
def test_the_inside_of_a_group_is_checked(group: str, violation: tuple[int, str] | None) -> None:
    pairs = [(tag, value) for tag, _, value in (field.partition("=") for field in f"35=D 11=X {group}".split())]
    assert dialect.group_violation(dialect.FIX44.in_messages["D"], pairs) == violation

"""The dialect's tables: complete, consistent with the domain and with the standard."""

from xml.etree import ElementTree

import pytest

from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.reject_reason import RejectReason
from venue.fix import dialect
from venue.fix.dialect_messages import FieldUse, Presence
from venue.fix.dictionary import STANDARD

FIELDS = dialect.FIX44.by_name()


def test_every_tag_and_name_is_declared_once() -> None:
    tags = [field.tag for field in dialect.FIX44.fields]
    assert len(set(tags)) == len(tags) == len(FIELDS)


def test_names_and_types_are_the_standards() -> None:
    standard = {int(field.get("number", "0")): field for field in ElementTree.parse(STANDARD).iterfind("fields/field")}
    for field in dialect.FIX44.fields:
        if field.tag in standard:
            assert (field.name, field.type) == (standard[field.tag].get("name"), standard[field.tag].get("type"))


def test_every_message_of_the_standard_is_served_or_known() -> None:
    standard = {message.get("msgtype") for message in ElementTree.parse(STANDARD).iterfind("messages/message")}
    assert standard == dialect.KNOWN_TYPES
    assert frozenset("DFGH") == dialect.SUPPORTED_IN
    assert set(dialect.IN_MESSAGES) == set("A012345DFGH")
    assert set(dialect.OUT_MESSAGES) == set("A01234589j")


def test_messages_use_declared_fields_once_each() -> None:
    for message in dialect.FIX44.messages:
        names = [use.name for use in dialect.flatten(message.fields)]
        assert len(set(names)) == len(names), message.name
        assert set(names) <= set(FIELDS), message.name


@pytest.mark.parametrize("message_type", ["D", "F", "G", "H"])
def test_requests_require_symbol_and_side(message_type: str) -> None:
    assert {"55", "54"} <= set(dialect.IN_MESSAGES[message_type].required)


def test_orders_require_what_fix_44_says() -> None:
    assert set(dialect.IN_MESSAGES["D"].required) == {"11", "55", "54", "60", "38", "40"}
    assert set(dialect.IN_MESSAGES["G"].required) == {"11", "55", "54", "60", "38", "40"}
    assert set(dialect.IN_MESSAGES["F"].required) == {"11", "55", "54", "60"}
    assert not {"41", "37", "1"} & set(dialect.IN_MESSAGES["F"].required + dialect.IN_MESSAGES["G"].required)


@pytest.mark.parametrize("tag", ["99", "126", "432", "18", "111", "1138", "110", "152", "7928", "2362"])
@pytest.mark.parametrize("message_type", ["D", "G"])
def test_known_fields_that_are_not_offered_are_refused_by_name(message_type: str, tag: str) -> None:
    text = dialect.IN_MESSAGES[message_type].refusal(tag, "1")
    assert text is not None
    assert f"({tag}) is not supported" in text


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        ("40", "3", "OrdType(40)=3 (stop) is not supported"),
        ("40", "4", "OrdType(40)=4 (stop limit) is not supported"),
        ("40", "P", "OrdType(40)=P (pegged) is not supported"),
        ("59", "6", "TimeInForce(59)=6 (good till date) is not supported"),
        ("59", "2", "TimeInForce(59)=2 (at the opening) is not supported"),
        ("54", "5", "Side(54)=5 (sell short) is not supported"),
    ],
)
def test_valid_values_that_are_not_offered_are_refused_by_name(tag: str, value: str, text: str) -> None:
    assert dialect.IN_MESSAGES["D"].refusal(tag, value) == text
    assert dialect.IN_MESSAGES["G"].refusal(tag, value) == text


def test_what_the_domain_offers_is_not_refused() -> None:
    order = dialect.IN_MESSAGES["D"]
    offered = {"40": OrderType, "59": TimeInForce, "54": Side}
    for tag, enum in offered.items():
        assert [order.refusal(tag, str(member.value)) for member in enum] == [None] * len(enum)
    assert order.refusal("21", "3") is None


def test_codes_that_the_domain_reports_are_values_of_their_fields() -> None:
    assert {status.value for status in OrderStatus} <= FIELDS["OrdStatus"].values.keys()
    assert {str(reason.ordrej) for reason in RejectReason} <= FIELDS["OrdRejReason"].values.keys()
    assert {str(reason.cxlrej) for reason in RejectReason} <= FIELDS["CxlRejReason"].values.keys()


def test_values_offered_are_values_of_their_field() -> None:
    for message in dialect.FIX44.messages:
        for use in message.fields:
            if isinstance(use, FieldUse):
                assert set(use.only) <= FIELDS[use.name].values.keys()
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
    assert dialect.group_violation(dialect.IN_MESSAGES["D"], pairs) == violation

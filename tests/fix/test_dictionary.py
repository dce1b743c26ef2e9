"""The dictionary as QuickFIX itself reads it, with the settings of the venue's sessions."""

from pathlib import Path

import pytest
import quickfix as fix

from venue.domain.reject_reason import RejectReason
from venue.fix import dialect
from venue.fix.dictionary import files, write
from venue.fix.rules_of_engagement import rules_of_engagement

DICTIONARIES = Path(__file__).parents[2] / "dictionaries"
ORDER = "11=X|1=A-1|55=BTC-USD|54=1|60=20240101-00:00:00.123456|38=1|40=2|44=10|"
REPLACE = ORDER + "41=W|"
ORDER_42 = ORDER + "21=1|"


def quickfix_reads(path: Path) -> fix.DataDictionary:
    """As SessionFactory makes it from ValidateFieldsOutOfOrder=Y, ValidateFieldsHaveValues=Y,
    ValidateUserDefinedFields=Y and AllowUnknownMsgFields=N."""
    data_dictionary = fix.DataDictionary(str(path))
    data_dictionary.checkFieldsOutOfOrder(True)
    data_dictionary.checkFieldsHaveValues(True)
    data_dictionary.checkUserDefinedFields(True)
    data_dictionary.allowUnknownMsgFields(False)
    return data_dictionary


@pytest.fixture(scope="module")
def quickfix_dictionary() -> fix.DataDictionary:
    return quickfix_reads(DICTIONARIES / "VENUE44.xml")


@pytest.fixture(scope="module")
def quickfix_dictionary_42() -> fix.DataDictionary:
    return quickfix_reads(DICTIONARIES / "VENUE42.xml")


def validate(data_dictionary: fix.DataDictionary, message_type: str, body: str, begin_string: str = "FIX.4.4") -> None:
    """Raises what QuickFIX turns into a Reject. "|" stands for SOH."""
    inside = f"35={message_type}|49=BROKER_A|56=VENUE|34=2|52=20240101-00:00:00.000|{body}".replace("|", "\x01")
    text = f"8={begin_string}\x019={len(inside)}\x01{inside}"
    text += f"10={sum(text.encode()) % 256:03d}\x01"
    data_dictionary.validate(fix.Message(text, data_dictionary, True))


def test_the_files_beside_the_dialect_are_not_stale() -> None:
    assert sorted(path.name for path in DICTIONARIES.iterdir()) == sorted(files())
    for name, text in files().items():
        assert (DICTIONARIES / name).read_text() == text, f"{name}: run scripts/write_dialect"


def test_writing_names_only_what_changed(tmp_path: Path) -> None:
    assert [path.name for path in write(tmp_path)] == ["VENUE44.xml", "VENUE44.md", "VENUE42.xml", "VENUE42.md"]
    (tmp_path / "VENUE42.md").write_text("stale")
    assert [path.name for path in write(tmp_path)] == ["VENUE42.md"]
    assert write(tmp_path) == []


@pytest.mark.parametrize(
    ("message_type", "body"),
    [
        ("D", ORDER),
        ("D", "44=10|40=2|38=1|60=20240101-00:00:00|54=1|55=BTC-USD|11=X|"),
        ("D", ORDER + "453=2|448=a|447=D|452=1|448=b|452=3|"),
        ("D", ORDER + "453=1|448=a|802=2|523=x|803=1|523=y|"),
        ("D", ORDER + "21=1|58=hello|7928=1|1138=1|18=6|126=20240101-00:00:00|432=20240101|"),
        ("D", ORDER.replace("40=2", "40=P")),
        ("D", ORDER.replace("38=1", "38=123456789012345678901234567890.123456789")),
        ("G", REPLACE),
        ("F", "41=W|11=X|55=BTC-USD|54=1|60=20240101-00:00:00|"),
        ("F", "11=X|55=BTC-USD|54=1|60=20240101-00:00:00|"),
        ("H", "11=X|55=BTC-USD|54=1|790=S|"),
        ("H", "37=1|55=BTC-USD|54=1|"),
        ("D", ORDER.replace("38=1|", "152=100|18=6 K|")),
        ("q", "11=X|530=1|55=BTC-USD|54=1|1=A-1|60=20240101-00:00:00|453=1|448=A|447=D|452=1|"),
        ("AF", "584=X|585=7|54=1|1=A-1|"),
        ("r", "11=X|37=1|530=7|531=7|533=2|534=2|41=a|535=1|41=b|535=2|60=20240101-00:00:00|"),
        ("A", "98=0|108=30|141=Y|553=u|554=p|789=1|95=3|96=a|b|384=2|372=D|385=R|372=8|385=S|"),
        ("0", "112=T|"),
        ("4", "123=Y|36=9|"),
    ],
)
def test_what_the_dialect_allows_passes(quickfix_dictionary: fix.DataDictionary, message_type: str, body: str) -> None:
    validate(quickfix_dictionary, message_type, body)


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        (ORDER + "4999=1|", fix.InvalidTagNumber),
        (ORDER + "9999=1|", fix.InvalidTagNumber),
        (ORDER + "31=1|", fix.TagNotDefinedForMessage),
        (ORDER + "70=1|", fix.TagNotDefinedForMessage),
        (ORDER.replace("55=BTC-USD|", ""), fix.RequiredTagMissing),
        (ORDER + "58=|", fix.NoTagValue),
        (ORDER.replace("54=1", "54=Z"), fix.IncorrectTagValue),
        (ORDER.replace("38=1", "38=one"), fix.IncorrectDataFormat),
        (ORDER.replace("38=1", "38=1e5"), fix.IncorrectDataFormat),
        (ORDER.replace("60=2024", "60=24"), fix.IncorrectDataFormat),
        (ORDER + "50=desk|", fix.TagOutOfOrder),
        (ORDER + "55=BTC-USD|", fix.RepeatedTag),
        (ORDER + "453=3|448=a|447=D|448=b|", fix.RepeatingGroupCountMismatch),
        (ORDER + "453=1|447=D|448=a|", fix.RepeatingGroupCountMismatch),
    ],
)
def test_what_breaks_the_structure_is_found_by_quickfix(
    quickfix_dictionary: fix.DataDictionary, body: str, exception: type[Exception]
) -> None:
    with pytest.raises(exception):
        validate(quickfix_dictionary, "D", body)


def test_a_session_message_with_a_strange_tag_is_found_too(quickfix_dictionary: fix.DataDictionary) -> None:
    with pytest.raises(fix.TagNotDefinedForMessage):
        validate(quickfix_dictionary, "0", "11=X|")


@pytest.mark.parametrize(
    ("message_type", "body"),
    [
        ("D", ORDER_42),
        ("D", ORDER_42 + "47=A|109=x|76=y|439=f|440=a|204=0|376=c|377=Y|58=hello|"),
        ("D", ORDER_42 + "7928=1|1138=1|2362=1|18=6|126=20240101-00:00:00|432=20240101|111=1|110=1|152=1|99=1|"),
        ("D", ORDER_42 + "63=0|64=20240101|22=1|48=x|77=O|211=0.5|388=0|389=1|"),
        ("D", ORDER_42.replace("40=2", "40=5")),
        ("G", ORDER_42 + "41=W|"),
        ("F", "41=W|11=X|55=BTC-USD|54=1|60=20240101-00:00:00|109=c|"),
        ("H", "11=X|55=BTC-USD|54=1|"),
        ("A", "98=0|108=30|141=Y|553=u|554=p|95=3|96=a|b|384=2|372=D|385=R|372=8|385=S|"),
        ("8", "37=1|17=1|20=0|150=2|39=2|55=X|54=1|32=1|31=2|151=0|14=1|6=2|60=20240101-00:00:00.123|"),
    ],
)
def test_what_the_dialect_allows_in_fix_42_passes(
    quickfix_dictionary_42: fix.DataDictionary, message_type: str, body: str
) -> None:
    validate(quickfix_dictionary_42, message_type, body, "FIX.4.2")


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        (ORDER_42.replace("21=1|", ""), fix.RequiredTagMissing),
        (ORDER_42.replace("55=BTC-USD|", ""), fix.RequiredTagMissing),
        (ORDER_42 + "453=1|448=a|", fix.InvalidTagNumber),
        (ORDER_42 + "528=A|", fix.InvalidTagNumber),
        (ORDER_42 + "423=1|", fix.TagNotDefinedForMessage),
        (ORDER_42 + "78=1|79=x|", fix.TagNotDefinedForMessage),
        (ORDER_42.replace("54=1", "54=A"), fix.IncorrectTagValue),
        (ORDER_42 + "59=7|", fix.IncorrectTagValue),
        (ORDER_42.replace("38=1", "38=1e5"), fix.IncorrectDataFormat),
    ],
)
def test_what_fix_42_does_not_have_is_found_by_quickfix(
    quickfix_dictionary_42: fix.DataDictionary, body: str, exception: type[Exception]
) -> None:
    with pytest.raises(exception):
        validate(quickfix_dictionary_42, "D", body, "FIX.4.2")


@pytest.mark.parametrize("message_type", dialect.FIX42.not_supported)
def test_known_types_of_fix_42_reach_the_gateway(quickfix_dictionary_42: fix.DataDictionary, message_type: str) -> None:
    validate(quickfix_dictionary_42, message_type, "", "FIX.4.2")


@pytest.mark.parametrize("message_type", ["q", "r", "AE", "AF"])
def test_a_later_type_is_unknown_in_fix_42(quickfix_dictionary_42: fix.DataDictionary, message_type: str) -> None:
    with pytest.raises(fix.InvalidMessageType):
        validate(quickfix_dictionary_42, message_type, "", "FIX.4.2")


@pytest.mark.parametrize("message_type", dialect.FIX44.not_supported)
def test_known_types_reach_the_gateway(quickfix_dictionary: fix.DataDictionary, message_type: str) -> None:
    validate(quickfix_dictionary, message_type, "")


@pytest.mark.parametrize(
    ("message_type", "body"),
    [
        ("V", "262=1|263=1|264=0|267=2|269=0|269=1|146=2|55=A|55=B|"),
        ("AE", "571=1|552=2|54=1|37=a|54=2|37=b|"),
        ("E", "66=1|73=2|11=a|67=1|78=1|79=x|54=1|11=b|67=2|"),
    ],
)
def test_known_types_reach_the_gateway_with_their_groups(
    quickfix_dictionary: fix.DataDictionary, message_type: str, body: str
) -> None:
    validate(quickfix_dictionary, message_type, body)


def test_an_unknown_type_is_found_by_quickfix(quickfix_dictionary: fix.DataDictionary) -> None:
    with pytest.raises(fix.InvalidMessageType):
        validate(quickfix_dictionary, "ZZ", "")


@pytest.mark.parametrize(
    ("version", "code"), [(dialect.FIX44, "11"), (dialect.FIX42, "0")], ids=lambda value: getattr(value, "number", "")
)
def test_the_page_names_every_reason_and_every_refused_field(version: dialect.Dialect, code: str) -> None:
    page = rules_of_engagement(version)
    assert f"OrdRejReason(103)={code} and" in page
    assert "{" not in page
    assert f"VENUE{version.number}.xml" in page
    for tag, text in version.in_messages["D"].refused.items():
        assert f"({tag})" in page, text
    for reason in RejectReason:
        assert reason.value >= 100 or f"| {reason.text} |" in page


ORDER_WORDS = [
    *("StopPx(99)", "ExpireTime(126)", "ExpireDate(432)", "MaxFloor(111)", "DisplayQty(1138)", "MinQty(110)"),
    *("CashOrderQty(152)", "SelfTradePreventionGroup(7928)", "SelfTradePreventionMode(2362)", "ExecInst(18)=6"),
    *("protection", "TOP", "self-trade with order N prevented", "auction", "Circuit breaker", "Price band"),
    *("day ends", "Kill switch", "Cancel on disconnect", "DayOrderQty(424)", "ExecType=C", "| 3 | done for day"),
]
ONLY_IN_44 = [
    "ExecInst(18)=K",
    "OrderMassCancelRequest (q)",
    "OrderMassStatusRequest (AF)",
    "PartyRole(452)=1",
    "ExecType=L",
]


@pytest.mark.parametrize("version", [dialect.FIX44, dialect.FIX42], ids=lambda version: version.number)
def test_the_page_tells_of_every_term_and_rule(version: dialect.Dialect) -> None:
    page = rules_of_engagement(version)
    assert [word for word in ORDER_WORDS if word not in page] == []
    assert [word for word in ONLY_IN_44 if (word in page) != (version is dialect.FIX44)] == []

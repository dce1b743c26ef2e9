"""The dictionary as QuickFIX itself reads it, with the settings of the venue's sessions."""

from pathlib import Path

import pytest
import quickfix as fix

from venue.fix import dialect
from venue.fix.dictionary import STANDARD, dictionary, write
from venue.fix.rules_of_engagement import rules_of_engagement

DICTIONARIES = Path(__file__).parents[2] / "dictionaries"
ORDER = "11=X|1=A-1|55=BTC-USD|54=1|60=20240101-00:00:00.123456|38=1|40=2|44=10|"
REPLACE = ORDER + "41=W|"


@pytest.fixture(scope="module")
def quickfix_dictionary() -> fix.DataDictionary:
    """As SessionFactory makes it from ValidateFieldsOutOfOrder=Y, ValidateFieldsHaveValues=Y,
    ValidateUserDefinedFields=Y and AllowUnknownMsgFields=N."""
    data_dictionary = fix.DataDictionary(str(DICTIONARIES / "VENUE44.xml"))
    data_dictionary.checkFieldsOutOfOrder(True)
    data_dictionary.checkFieldsHaveValues(True)
    data_dictionary.checkUserDefinedFields(True)
    data_dictionary.allowUnknownMsgFields(False)
    return data_dictionary


def validate(data_dictionary: fix.DataDictionary, message_type: str, body: str) -> None:
    """Raises what QuickFIX turns into a Reject. "|" stands for SOH."""
    inside = f"35={message_type}|49=BROKER_A|56=VENUE|34=2|52=20240101-00:00:00.000|{body}".replace("|", "\x01")
    text = f"8=FIX.4.4\x019={len(inside)}\x01{inside}"
    text += f"10={sum(text.encode()) % 256:03d}\x01"
    data_dictionary.validate(fix.Message(text, data_dictionary, True))


def test_the_files_beside_the_dialect_are_not_stale() -> None:
    assert (DICTIONARIES / "VENUE44.xml").read_text() == dictionary(dialect.FIX44, STANDARD), (
        "run scripts/write_dialect"
    )
    assert (DICTIONARIES / "VENUE44.md").read_text() == rules_of_engagement(dialect.FIX44), "run scripts/write_dialect"


def test_writing_names_only_what_changed(tmp_path: Path) -> None:
    assert [path.name for path in write(tmp_path)] == ["VENUE44.xml", "VENUE44.md"]
    (tmp_path / "VENUE44.md").write_text("stale")
    assert [path.name for path in write(tmp_path)] == ["VENUE44.md"]
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


def test_the_page_names_every_reason_and_every_refused_field() -> None:
    page = rules_of_engagement(dialect.FIX44)
    assert "OrdRejReason(103)=11" in page
    for tag, text in dialect.IN_MESSAGES["D"].refused.items():
        assert f"({tag})" in page, text

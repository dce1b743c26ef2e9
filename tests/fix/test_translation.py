"""What the venue writes in FIX 4.4, told in FIX 4.2: the tables are complete, and what FIX 4.2 lacks is left out."""

import pytest

from venue.domain.reject_reason import RejectReason
from venue.fix.dialect import FIX42, FIX44
from venue.fix.translation import EXECUTIONS, OTHER_CODES, translation

TRADE = (
    "35=8|37=1|11=X|17=2-1|150=F|39=1|1=C-1|55=S|54=1|38=9|40=2|44=1|59=1|151=5|14=4|6=1|60=20260101-00:00:00.123456|"
)
TRADE += "31=1|32=4|381=4|880=M2-1|851=2|"


def in_fix_42(text: str) -> dict[str, str]:
    """text: with | for SOH. Each field once, with a value."""
    translate = translation("FIX.4.2")
    assert translate is not None
    body = translate(text.replace("|", "\x01"))
    fields = fields_of(body.replace("\x01", "|"))
    assert body.count("\x01") == len(fields)
    assert all(fields.values())
    return fields


def fields_of(text: str) -> dict[str, str]:
    return dict([part.split("=", 1) for part in text.removesuffix("|").split("|")])


def test_fix_44_is_not_translated() -> None:
    assert translation("FIX.4.4") is None


def test_a_trade_field_by_field() -> None:
    told = "35=8|37=1|11=X|17=2-1|20=0|150=1|39=1|1=C-1|55=S|54=1|38=9|40=2|44=1|59=1|151=5|14=4|6=1|"
    assert in_fix_42(TRADE) == fields_of(told + "60=20260101-00:00:00.123|31=1|32=4|381=4|")


@pytest.mark.parametrize(
    ("exec_type", "status", "told"),
    [
        ("0", "0", ("0", "0", "0")),
        ("F", "1", ("0", "1", "1")),
        ("F", "2", ("0", "2", "2")),
        ("F", "6", ("0", "1", "6")),
        ("5", "0", ("0", "5", "5")),
        ("5", "1", ("0", "5", "1")),
        ("5", "2", ("0", "5", "2")),
        ("4", "4", ("0", "4", "4")),
        ("8", "8", ("0", "8", "8")),
        ("8", "1", ("0", "8", "1")),
        ("C", "C", ("0", "C", "C")),
        ("3", "3", ("0", "3", "3")),
        ("D", "0", ("0", "D", "0")),
        ("L", "0", ("0", "D", "0")),
        ("L", "1", ("0", "D", "1")),
        ("I", "0", ("3", "0", "0")),
        ("I", "2", ("3", "2", "2")),
        ("I", "8", ("3", "8", "8")),
        ("H", "1", ("1", "1", "1")),
        ("G", "2", ("2", "2", "2")),
    ],
)
def test_exec_type_and_exec_trans_type(exec_type: str, status: str, told: tuple[str, str, str]) -> None:
    fields = in_fix_42(TRADE.replace("150=F|39=1", f"150={exec_type}|39={status}"))
    assert (fields["20"], fields["150"], fields["39"]) == told


def test_every_exec_type_can_be_told() -> None:
    """One that FIX 4.4 has and 4.2 does not needs a row of its own."""
    own, shared = FIX42.by_name()["ExecType"].values, FIX44.by_name()["ExecType"].values
    assert shared.keys() - own.keys() <= EXECUTIONS.keys()
    for exec_type in shared:
        for status in FIX44.by_name()["OrdStatus"].values:
            fields = in_fix_42(TRADE.replace("150=F|39=1", f"150={exec_type}|39={status}"))
            assert fields["20"] in FIX42.by_name()["ExecTransType"].values
            assert fields["150"] in own or exec_type in "HGI", (exec_type, status)
            assert fields["39"] in FIX42.by_name()["OrdStatus"].values


def test_every_field_with_fewer_codes_in_fix_42_that_the_venue_sends_has_one_for_the_others() -> None:
    """But ExecType, which has a table of its own."""
    fields = FIX42.by_tag
    sent = {tag for spec in FIX42.out_messages.values() for tag in spec.tags}
    fewer = {
        fields[tag].name
        for tag in sent & FIX44.by_tag.keys()
        if fields[tag].values and FIX44.by_tag[tag].values.keys() - fields[tag].values.keys()
    }
    assert fewer - {"ExecType"} == set(OTHER_CODES)


@pytest.mark.parametrize("reason", RejectReason)
def test_every_reason_has_a_code(reason: RejectReason) -> None:
    order = in_fix_42(f"35=8|150=8|39=8|103={reason.ordrej}|58={reason.text}|")
    assert order["103"] in FIX42.by_name()["OrdRejReason"].values
    assert order["103"] == (str(reason.ordrej) if reason.ordrej <= 8 else "0")
    change = in_fix_42(f"35=9|37=1|102={reason.cxlrej}|58={reason.text}|")
    assert change["102"] == (str(reason.cxlrej) if reason.cxlrej <= 3 else "2")
    assert order["58"] == change["58"] == reason.text


@pytest.mark.parametrize(("code", "told"), [("5", "5"), ("11", "11"), ("13", None), ("15", None), ("16", None)])
def test_session_reject_reasons_end_with_11(code: str, told: str | None) -> None:
    assert in_fix_42(f"35=3|45=2|372=D|58=why|371=11|373={code}|").get("373") == told


def test_a_business_reject_keeps_its_header_field() -> None:
    told = fields_of("35=j|45=2|372=D|58=why|380=0|379=X|97=Y|")
    assert in_fix_42("35=j|45=2|372=D|58=why|380=6|379=X|97=Y|") == told


def test_a_refused_order_with_values_that_only_fix_44_has() -> None:
    told = in_fix_42("35=8|150=8|39=8|40=J|54=B|59=7|")
    assert told == fields_of("35=8|20=0|150=8|39=8|54=7|")


def test_a_triggered_stop_is_restated() -> None:
    """FIX 4.2 has no word for it, and asks for a reason of every restatement."""
    told = in_fix_42("35=8|150=L|39=0|99=5|636=Y|58=stop price reached|")
    assert told == fields_of("35=8|20=0|150=D|39=0|378=4|99=5|58=stop price reached|")


@pytest.mark.parametrize(("code", "told"), [("1", "1"), ("5", "5"), ("6", "4"), ("8", "4"), ("99", "4")])
def test_reasons_of_restatement(code: str, told: str) -> None:
    assert in_fix_42(f"35=8|150=D|39=1|378={code}|")["378"] == told


@pytest.mark.parametrize(("instructions", "told"), [("6", "6"), ("6 K", "6"), ("K", None), ("H 6 J", "6")])
def test_instructions_that_fix_42_does_not_have_are_left_out(instructions: str, told: str | None) -> None:
    assert in_fix_42(f"35=8|150=0|39=0|18={instructions}|").get("18") == told


def test_what_later_versions_added_is_left_out() -> None:
    fields = "99=1|126=20300101-00:00:00|110=1|111=5|152=1|424=8|425=3|426=1|"
    later = "1138=5|7928=g|2362=1|636=N|584=x|911=1|912=Y|"
    assert in_fix_42(f"35=8|150=0|39=0|{fields}{later}") == fields_of(f"35=8|20=0|150=0|39=0|{fields}")


def test_a_status_answer_loses_the_id_that_fix_42_does_not_have() -> None:
    assert "790" not in in_fix_42("35=8|150=I|39=0|790=S1|")

"""What the venue says, which is written once, in FIX 4.4, as another version of FIX says it.

A message keeps the fields that the version's dialect has in it. Values that the version does not have, and what is
told by other fields there, are in the tables below.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from venue.fix.dialect import DIALECTS, Dialect
from venue.fix.dialect_fields import Version
from venue.fix.wire import SOH

_NEW, _CANCEL, _CORRECT, _STATUS = "0", "1", "2", "3"
_SECONDS = len("20260105-09:30:00")


class Execution(NamedTuple):
    """An ExecType(150) of FIX 4.4 in FIX 4.2: ExecTransType(20) and ExecType, where "" stands for OrdStatus(39).

    when_filled: ExecType where OrdStatus is 2, filled. when_new: OrdStatus where it would be 0, new. restatement:
    ExecRestatementReason(378), where FIX 4.4 needs none.
    """

    exec_trans_type: str
    exec_type: str = ""
    when_filled: str = ""
    when_new: str = ""
    restatement: str = ""


# Those not named here are in FIX 4.2 what they are in 4.4, with ExecTransType 0. Source: FIX 4.2, appendix D.
EXECUTIONS: Mapping[str, Execution] = {
    "5": Execution(_NEW, "5", when_new="5"),  # replaced: of one precedence with new, so it tells more
    "F": Execution(_NEW, "1", when_filled="2"),  # trade: partial fill or fill
    "G": Execution(_CORRECT),  # trade correct
    "H": Execution(_CANCEL),  # trade cancel
    "I": Execution(_STATUS),  # order status
    "L": Execution(_NEW, "D", restatement="4"),  # triggered: restated, broker option
}

# By field, what stands for a code that FIX 4.2 does not have; Text(58) says a reason in words. None: the field is left
# out. OrdType, Side and TimeInForce are those of refused orders, whose copies go to sessions of every version.
OTHER_CODES: Mapping[str, str | None] = {
    "OrdRejReason": "0",
    "CxlRejReason": "2",
    "BusinessRejectReason": "0",
    "ExecRestatementReason": "4",
    "SessionRejectReason": None,
    "OrdType": None,
    "TimeInForce": None,
    "ExecInst": None,
    "Side": "7",  # undisclosed
    "CommType": None,  # the venue's is 3, which both have
}


def translation(begin_string: str) -> Callable[[str], str] | None:
    """From FIX 4.4 to the version; None where that is FIX 4.4 itself."""
    return _TRANSLATIONS[begin_string]


class ToFix42:
    """Called with the fields of a message from 35 on, each ended by SOH; without repeating groups, as FIX 4.2 has none
    in what the venue sends."""

    def __init__(self, dialect: Dialect) -> None:
        self._stamp_length = _SECONDS + 1 + dialect.stamp_decimals
        self._tags = {spec.type: spec.tags | dialect.header_tags for spec in dialect.out_messages.values()}
        self._stamps = frozenset(tag for tag, field in dialect.by_tag.items() if field.type == "UTCTIMESTAMP")
        fields = [dialect.by_name()[name] for name in OTHER_CODES]
        self._other_codes = {str(field.tag): (field.values, OTHER_CODES[field.name]) for field in fields}

    def __call__(self, body: str) -> str:
        fields = dict([part.split("=", 1) for part in body[:-1].split(SOH)])
        if fields["35"] == "8":
            self._execution(fields)
        for tag in fields.keys() & self._other_codes.keys():
            values, other = self._other_codes[tag]
            if fields[tag] not in values:
                # ExecInst may have several, of which some are known.
                told = " ".join([value for value in fields[tag].split(" ") if value in values]) or other
                if told is None:
                    del fields[tag]
                else:
                    fields[tag] = told
        for tag in fields.keys() & self._stamps:
            fields[tag] = fields[tag][: self._stamp_length]
        tags = self._tags[fields["35"]]
        return "".join([f"{tag}={value}{SOH}" for tag, value in fields.items() if tag in tags])

    def _execution(self, fields: dict[str, str]) -> None:
        exec_type, status = fields["150"], fields["39"]
        rule = EXECUTIONS.get(exec_type) or Execution(_NEW, exec_type)
        if rule.when_new and status == "0":
            fields["39"] = rule.when_new
        if rule.restatement:
            fields["378"] = rule.restatement
        fields["20"] = rule.exec_trans_type
        fields["150"] = (rule.when_filled if status == "2" else "") or rule.exec_type or status


_TRANSLATIONS: dict[str, Callable[[str], str] | None] = {
    Version.FIX44.value: None,
    Version.FIX42.value: ToFix42(DIALECTS[Version.FIX42.value]),
}

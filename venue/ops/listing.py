"""What a start sends: what the settings list and the journal does not have yet, each followed by what they have for it:
rules, fees, limits, opening funds. Of what was listed before, all that is the operators'."""

import msgspec

from venue.domain import limits
from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    Command,
    ListInstrument,
    SetInstrumentRules,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import LimitScope
from venue.domain.funds import NO_FEES, NO_LIMITS
from venue.domain.funds_commands import CreditAccount, OpenLedger, SetFees, SetFirmTier, SetLimits
from venue.domain.rules import PRICE_TIME
from venue.ops.config import OPERATOR
from venue.sequencer import codec
from venue.sequencer.journal import Journal

# Of what is listed, or the ledger, which has no name.
Key = tuple[type, str]

LISTINGS = (OpenLedger, AddAsset, ListInstrument, AddFirm, AddAccount, AddSession)
_NOTHING = (PRICE_TIME, NO_FEES, NO_LIMITS, False, None, "")
_OWNER = {LimitScope.INSTRUMENT: ListInstrument, LimitScope.FIRM: AddFirm, LimitScope.ACCOUNT: AddAccount}


def with_rules(tail: list[Command], listed: list[Command], rules: list[Command], opened: bool = False) -> list[Command]:
    """listed, each followed by its rules, where it has any.

    tail: what the journal ends with. If that is a listing of the configuration's, the power failed before all that
    follows it was written: the rest of that comes first. opened: the ledger just was.
    """
    unfinished, sent = _unfinished(tail)
    done: list[Command] = [*unfinished, *([OpenLedger(0, OPERATOR)] if opened else [])]
    place = {key_of(command): number for number, command in enumerate([*done, *listed])}
    following: dict[int, list[Command]] = {}
    for rule in rules:
        places = [place[owner] for owner in owners_of(rule) if owner in place]
        if places and not says_nothing(rule) and rule not in sent:
            following.setdefault(max(places), []).append(rule)
    commands: list[Command] = []
    for number, command in enumerate([*done, *listed]):
        commands += [] if number < len(done) else [command]
        commands += following.get(number, [])
    return commands


def tail_of(journal: Journal, most: int) -> list[Command]:
    """The journal's last commands, at most so many."""
    last = journal.last_sequence
    commands: list[Command] = []
    if last:
        with journal.cursor(max(1, last - most + 1)) as cursor:
            while cursor.next_sequence <= last:
                commands += [codec.decode_record(p).command for p in cursor.read(limits.FEED_CHUNK_BYTES)]
    return commands


def key_of(listing: Command) -> Key:
    if isinstance(listing, OpenLedger):
        return OpenLedger, ""
    name: str = getattr(listing, listing.__struct_fields__[2])
    return type(listing), name


def owners_of(rule: Command) -> tuple[Key, ...]:
    """What it is about: it is sent when the last of them is first listed."""
    match rule:
        case SetInstrumentRules() | SetFees():
            return ((ListInstrument, rule.symbol),)
        case SetSelfTradeMode() | SetFirmTier():
            return ((AddFirm, rule.firm),)
        case SetSessionRules():
            return ((AddSession, rule.session),)
        case SetLimits():
            owner = (_OWNER[rule.scope], rule.name)
            return (owner, (ListInstrument, rule.symbol)) if rule.symbol else (owner,)
        case CreditAccount():
            return (OpenLedger, ""), (AddAsset, rule.asset), (AddAccount, rule.account)
        case _:
            raise AssertionError(f"{type(rule).__name__} belongs to nothing that is listed")


def says_nothing(rule: Command) -> bool:
    """Whether it says no more than holds without it."""
    match rule:
        case SetFees():
            return not rule.tier and rule.rates == NO_FEES
        case SetLimits():
            return rule.limits == NO_LIMITS
        case CreditAccount():
            return False
        case _:
            return all(getattr(rule, field) in _NOTHING for field in rule.__struct_fields__[3:])


def _unfinished(tail: list[Command]) -> tuple[list[Command], list[Command]]:
    """The listing of the configuration's that the journal ends with, if it does, and what was sent for it."""
    sent: list[Command] = []
    for command in reversed(tail):
        if getattr(command, "operator", "") != OPERATOR:
            break
        if isinstance(command, LISTINGS):
            return [command], sent
        sent.append(msgspec.structs.replace(command, at=0))
    return [], []

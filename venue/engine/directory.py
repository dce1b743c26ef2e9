"""Reference data and sessions: what operators add, and who is logged on where."""

from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    ListInstrument,
    LogOnSession,
)
from venue.domain.enums import KillScope, SelfTradeMode
from venue.domain.events import (
    AccountAdded,
    AssetAdded,
    Event,
    FirmAdded,
    InstrumentListed,
    OperatorCommandRejected,
    SessionAdded,
    SessionLoggedOn,
)
from venue.domain.limits import MAX_DECIMALS, MAX_NAME_LENGTH, MAX_SYMBOL_LENGTH
from venue.domain.reference import Account, Asset, InexactNotional, Instrument, Reference, Session
from venue.domain.reject_reason import RejectReason
from venue.engine.market import Market
from venue.engine.used_ids import UsedIds
from venue.matching import Order


class Firm:
    """accounts: its accounts by name; sole_account: the only one's name, else "". tier: of its fees."""

    __slots__ = ("accounts", "name", "sole_account", "tier")

    def __init__(self, name: str) -> None:
        self.name = name
        self.accounts: dict[str, Account] = {}
        self.sole_account = ""
        self.tier = ""

    def add(self, account: Account) -> None:
        self.accounts[account.name] = account
        self.sole_account = account.name if len(self.accounts) == 1 else ""


class TradingSession:
    """A session as it trades. ids: every ClOrdID known by name, to its order; None where it found no order.

    used: those no longer known by name. highest_id: the longest, and of those the last in order, that the session
    ever claimed; see KnownOrders.claim. gated: a kill switch covers some or all of it.
    """

    __slots__ = (
        "cancel_on_disconnect",
        "firm",
        "gated",
        "highest_id",
        "highest_length",
        "ids",
        "keep_good_till",
        "logged_on",
        "message_sequence",
        "name",
        "used",
    )

    def __init__(self, name: str, firm: Firm, message_sequence: int = 0, highest_id: str = "") -> None:
        self.name = name
        self.firm = firm
        self.message_sequence = message_sequence
        self.ids: dict[str, Order | None] = {}
        self.used = UsedIds()
        self.highest_id = highest_id
        self.highest_length = len(highest_id)
        self.gated = False
        self.logged_on = False
        self.cancel_on_disconnect = False
        self.keep_good_till = False


class Directory:
    """self_trade_modes: firms' defaults, by name. kills: engaged kill switches, as (scope, name), oldest first.
    suspended: accounts by name.
    """

    __slots__ = ("accounts", "assets", "firms", "kills", "markets", "self_trade_modes", "sessions", "suspended")

    def __init__(self) -> None:
        self.assets: dict[str, Asset] = {}
        self.markets: dict[str, Market] = {}
        self.firms: dict[str, Firm] = {}
        self.accounts: dict[str, Account] = {}
        self.sessions: dict[str, TradingSession] = {}
        self.self_trade_modes: dict[str, SelfTradeMode] = {}
        self.kills: dict[tuple[KillScope, str], None] = {}
        self.suspended: dict[str, None] = {}

    def add_asset(self, command: AddAsset, sequence: int) -> list[Event]:
        asset = Asset(command.symbol, command.decimals)
        known = self.assets.get(asset.symbol)
        if known is not None:
            return _exists(known == asset)
        if not is_name(asset.symbol, MAX_SYMBOL_LENGTH) or not 0 <= asset.decimals <= MAX_DECIMALS:
            return rejected(RejectReason.MALFORMED_REFERENCE)
        self.assets[asset.symbol] = asset
        return [AssetAdded(asset)]

    def list_instrument(self, command: ListInstrument, sequence: int) -> list[Event]:
        base, quote = self.assets.get(command.base), self.assets.get(command.quote)
        known = self.markets.get(command.symbol)
        if known is not None:
            same = (known.instrument.base.symbol, known.instrument.quote.symbol) == (command.base, command.quote)
            sizes = (known.instrument.tick_size, known.instrument.lot_size)
            return _exists(same and sizes == (command.tick_size, command.lot_size))
        if base is None or quote is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        instrument = Instrument(command.symbol, base, quote, command.tick_size, command.lot_size)
        try:
            market = Market(instrument)
        except InexactNotional:
            return rejected(RejectReason.INEXACT_NOTIONAL)
        if not is_name(command.symbol, MAX_SYMBOL_LENGTH) or command.tick_size < 1 or base is quote:
            return rejected(RejectReason.MALFORMED_REFERENCE)
        self.markets[command.symbol] = market
        self.regate()
        return [InstrumentListed(instrument)]

    def add_firm(self, command: AddFirm, sequence: int) -> list[Event]:
        if command.firm in self.firms:
            return []
        if not is_name(command.firm, MAX_NAME_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        self.firms[command.firm] = Firm(command.firm)
        return [FirmAdded(command.firm)]

    def add_account(self, command: AddAccount, sequence: int) -> list[Event]:
        known = self.accounts.get(command.account)
        if known is not None:
            return _exists(known.firm == command.firm)
        firm = self.firms.get(command.firm)
        if firm is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if not is_name(command.account, MAX_NAME_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        account = self.accounts[command.account] = Account(command.account, command.firm)
        firm.add(account)
        return [AccountAdded(account)]

    def add_session(self, command: AddSession, sequence: int) -> list[Event]:
        known = self.sessions.get(command.session)
        if known is not None:
            return _exists(known.firm.name == command.firm)
        firm = self.firms.get(command.firm)
        if firm is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if not is_name(command.session, MAX_NAME_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        self.sessions[command.session] = TradingSession(command.session, firm)
        self.regate()
        return [SessionAdded(Session(command.session, command.firm))]

    def log_on(self, command: LogOnSession, sequence: int) -> list[Event]:
        session = self.sessions.get(command.session)
        if session is None:
            return []
        if command.reset:
            session.message_sequence = command.message_sequence
        session.logged_on = True
        return [SessionLoggedOn(command.session)]

    def sessions_of(self, firm: Firm) -> list[TradingSession]:
        return [session for session in self.sessions.values() if session.firm is firm]

    def regate(self) -> None:
        """After a kill switch was engaged or released, an account suspended, or something added that one may cover."""
        venue = (KillScope.VENUE, "") in self.kills
        for market in self.markets.values():
            market.killed = venue or (KillScope.INSTRUMENT, market.instrument.symbol) in self.kills
            market.regate()
        for session in self.sessions.values():
            firm = session.firm
            session.gated = (
                venue
                or (KillScope.SESSION, session.name) in self.kills
                or (KillScope.FIRM, firm.name) in self.kills
                or any((KillScope.ACCOUNT, name) in self.kills or name in self.suspended for name in firm.accounts)
            )

    def is_killed(self, session: TradingSession, symbol: str, account: str) -> bool:
        """Whether a kill switch covers such an order."""
        kills = self.kills
        return (
            (KillScope.VENUE, "") in kills
            or (KillScope.INSTRUMENT, symbol) in kills
            or (KillScope.FIRM, session.firm.name) in kills
            or (KillScope.ACCOUNT, account) in kills
            or (KillScope.SESSION, session.name) in kills
        )

    def heard(self, name: str, message_sequence: int) -> TradingSession | None:
        """The session of a request, its last message number kept; None: unknown."""
        session = self.sessions.get(name)
        if session is not None and message_sequence > session.message_sequence:
            session.message_sequence = message_sequence
        return session

    def reference(self, ledger_open: bool) -> Reference:
        return Reference(
            tuple(self.assets.values()),
            tuple(market.instrument for market in self.markets.values()),
            tuple(self.firms),
            tuple(self.accounts.values()),
            tuple(
                Session(session.name, session.firm.name, session.message_sequence, session.logged_on)
                for session in self.sessions.values()
            ),
            ledger_open,
        )


def is_name(text: str, longest: int) -> bool:
    """Printable ASCII, no space at either end."""
    return 0 < len(text) <= longest and text.isascii() and text.isprintable() and text == text.strip()


def _exists(same: bool) -> list[Event]:
    return [] if same else rejected(RejectReason.ALREADY_EXISTS)


def rejected(reason: RejectReason) -> list[Event]:
    return [OperatorCommandRejected(reason, reason.text)]

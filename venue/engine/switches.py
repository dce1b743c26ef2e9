"""Kill switches, self-trade defaults, and what happens to a session's orders when it goes."""

from venue.domain.commands import (
    EngageKillSwitch,
    LogOffSession,
    ReleaseKillSwitch,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import CancelReason, KillScope, TimeInForce
from venue.domain.events import (
    Event,
    KillSwitchEngaged,
    KillSwitchReleased,
    SelfTradeModeSet,
    SessionLoggedOff,
    SessionRulesSet,
)
from venue.domain.reject_reason import RejectReason
from venue.engine.bulk import Bulk
from venue.engine.directory import Directory, rejected
from venue.engine.known_orders import KnownOrders
from venue.matching import Order

_GOOD_TILL = (TimeInForce.GTC, TimeInForce.GTD)


class SwitchDesk:
    __slots__ = ("_bulk", "_directory", "_known")

    def __init__(self, directory: Directory, known: KnownOrders, bulk: Bulk) -> None:
        self._directory = directory
        self._known = known
        self._bulk = bulk

    def engage(self, command: EngageKillSwitch, sequence: int) -> list[Event]:
        directory, scope, name = self._directory, command.scope, command.name
        if not self._exists(scope, name):
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if (scope, name) in directory.kills:
            return []
        directory.kills[scope, name] = None
        directory.regate()
        orders = self._covered(scope, name)
        self._bulk.add_cancels(sorted([order.order_id for order in orders]), CancelReason.KILL_SWITCH)
        return [KillSwitchEngaged(scope, name, command.operator, command.reason)]

    def release(self, command: ReleaseKillSwitch, sequence: int) -> list[Event]:
        directory, scope, name = self._directory, command.scope, command.name
        if (scope, name) not in directory.kills:
            return []
        del directory.kills[scope, name]
        directory.regate()
        return [KillSwitchReleased(scope, name, command.operator)]

    def set_self_trade_mode(self, command: SetSelfTradeMode, sequence: int) -> list[Event]:
        modes = self._directory.self_trade_modes
        if command.firm not in self._directory.firms:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if modes.get(command.firm) is command.mode:
            return []
        if command.mode is None:
            del modes[command.firm]
        else:
            modes[command.firm] = command.mode
        return [SelfTradeModeSet(command.firm, command.mode)]

    def set_session_rules(self, command: SetSessionRules, sequence: int) -> list[Event]:
        session = self._directory.sessions.get(command.session)
        if session is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        wanted = (command.cancel_on_disconnect, command.keep_good_till)
        if wanted == (session.cancel_on_disconnect, session.keep_good_till):
            return []
        session.cancel_on_disconnect, session.keep_good_till = wanted
        return [SessionRulesSet(command.session, *wanted)]

    def log_off(self, command: LogOffSession, sequence: int) -> list[Event]:
        session = self._directory.sessions.get(command.session)
        if session is None:
            return []
        session.logged_on = False
        if session.cancel_on_disconnect:
            ids = [
                order.order_id
                for order in self._known.open_orders(session)
                if not (session.keep_good_till and order.time_in_force in _GOOD_TILL)
            ]
            self._bulk.add_cancels(sorted(ids), CancelReason.DISCONNECTED)
        return [SessionLoggedOff(command.session)]

    def _exists(self, scope: KillScope, name: str) -> bool:
        directory = self._directory
        match scope:
            case KillScope.VENUE:
                return name == ""
            case KillScope.INSTRUMENT:
                return name in directory.markets
            case KillScope.FIRM:
                return name in directory.firms
            case KillScope.ACCOUNT:
                return name in directory.accounts
            case KillScope.SESSION:
                return name in directory.sessions

    def _covered(self, scope: KillScope, name: str) -> list[Order]:
        """The open orders that a kill switch is for."""
        directory = self._directory
        sessions = list(directory.sessions.values())
        if scope is KillScope.SESSION:
            sessions = [directory.sessions[name]]
        elif scope is KillScope.FIRM:
            sessions = directory.sessions_of(directory.firms[name])
        elif scope is KillScope.ACCOUNT:
            sessions = directory.sessions_of(directory.firms[directory.accounts[name].firm])
        orders = [order for session in sessions for order in self._known.open_orders(session)]
        if scope is KillScope.ACCOUNT:
            return [order for order in orders if order.account == name]
        if scope is KillScope.INSTRUMENT:
            return [order for order in orders if order.symbol == name]
        return orders

"""Which command goes where; what is due comes before it, the cascade of stops after it."""

from tests.engine.naive import bulk, funds, phases, reference, requests, settings
from tests.engine.naive.state import NaiveState
from venue.domain import commands as c
from venue.domain import funds_commands as f
from venue.domain.events import Event

HANDLERS = {
    c.AddAsset: reference.add_asset,
    c.ListInstrument: reference.list_instrument,
    c.AddFirm: reference.add_firm,
    c.AddAccount: reference.add_account,
    c.AddSession: reference.add_session,
    c.SetInstrumentRules: reference.set_instrument_rules,
    c.SetPhase: phases.set_phase,
    c.SetSelfTradeMode: reference.set_self_trade_mode,
    c.SetSessionRules: reference.set_session_rules,
    c.LogOnSession: bulk.log_on,
    c.LogOffSession: bulk.log_off,
    c.EngageKillSwitch: bulk.engage,
    c.ReleaseKillSwitch: bulk.release,
    c.EndDay: bulk.end_day,
    c.PlaceOrder: requests.new_order,
    c.RefuseOrder: requests.new_order,
    c.CancelOrder: requests.change,
    c.ReplaceOrder: requests.change,
    c.RefuseChange: requests.change,
    c.RequestOrderStatus: requests.report_status,
    c.CancelOrders: bulk.cancel_orders,
    c.RequestMassStatus: bulk.report_mass_status,
    f.OpenLedger: settings.open_ledger,
    f.SetFees: settings.set_fees,
    f.SetFirmTier: settings.set_firm_tier,
    f.SetLimits: settings.set_limits,
    f.SetAccountState: settings.set_account_state,
    f.BlockWithdrawals: settings.block_withdrawals,
    f.CreditAccount: funds.move_funds,
    f.AssignCredit: funds.move_funds,
    f.ReverseCredit: funds.move_funds,
    f.RequestWithdrawal: funds.move_funds,
    f.SettleWithdrawal: funds.move_funds,
    f.ReleaseWithdrawal: funds.move_funds,
    f.TransferFunds: funds.move_funds,
}


class NaiveEngine(NaiveState):
    """Never leaves anything unfinished, whatever max_events: a record of its may hold any number of events."""

    unfinished = False

    def __init__(
        self, *, max_closed: int, max_requests: int, max_orderless: int, max_matches: int,
        max_transfers: int = 100_000, max_events: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            max_closed=max_closed, max_requests=max_requests, max_orderless=max_orderless, max_matches=max_matches,
            max_transfers=max_transfers,
        )  # fmt: skip
        assert max_events is None, "chunks are compared by joining them"

    def apply(self, command: c.Command) -> list[Event]:
        self.sequence += 1
        self.now = command.at
        self.events = []
        phases.pass_time(self, command.at)
        if not isinstance(command, c.LogOnSession):
            self.hear(command)
        if not isinstance(command, c.PassTime | c.Continue):
            HANDLERS[type(command)](self, command)
        phases.run_cascade(self)
        return self.events

    def hear(self, command: c.Command) -> None:
        """A session's last message number."""
        number = getattr(command, "message_sequence", None)
        if number is not None and command.session in self.message_sequences:
            self.message_sequences[command.session] = max(self.message_sequences[command.session], number)

"""Mass cancels and statuses, disconnects, kill switches, the end of a day, modes and sessions."""

from msgspec.structs import replace as with_fields

from tests.engine.cases.case import Case
from tests.engine.short import (
    BOTH,
    BUY,
    GTC,
    GTD,
    IOC,
    SELL,
    buy,
    cancel,
    cancel_many,
    kill,
    mass_status,
    mode,
    release,
    replace,
    sell,
    status,
)
from venue.domain.commands import EndDay, LogOffSession, SetSessionRules
from venue.domain.enums import Delivery, KillScope, MassCancelScope

A = buy("a", 90, 5)
SECURITY = MassCancelScope.SECURITY

CASES = [
    Case(
        "a mass cancel takes the session's own orders, resting or waiting, by order id",
        [
            buy("a", 90, 5),
            buy("b", 91, 5, session="A2"),
            buy("x", None, 5, stop=110),
            buy("d", 95, 5, display=2),
            cancel_many("c"),
            status(A, "c"),
            cancel(A, "c"),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16 waits
        -
        placed 17
        -
        cancelled a 0/5@90 CANCELED MASS_CANCEL
        cancelled x 0/5@- CANCELED MASS_CANCEL
        cancelled d 0/5@95 CANCELED MASS_CANCEL
        all c ALL - - 3
        -
        reported A1 nothing "no such order"
        -
        refused CANCEL c of a REJECTED DUPLICATE_CLIENT_ORDER_ID
        """,
    ),
    Case(
        "a mass cancel by side, by symbol, by account, of the whole firm",
        [
            buy("a", 90, 5),
            sell("b", 99, 5, session="A2"),
            buy("d", 90, 5, symbol="ETH/USD"),
            cancel_many("c1", side=SELL),
            cancel_many("c2", side=SELL, whole_firm=True),
            cancel_many("c3", scope=SECURITY, symbol="ETH/USD"),
            sell("e", 99, 5),
            sell("f", 99, 5, account="acc-b2"),
            cancel_many("c4", session="B1", symbol="BTC/USD", account="acc-b2"),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        all c1 ALL - SELL 0
        -
        cancelled b 0/5@99 CANCELED MASS_CANCEL
        all c2 ALL - SELL 1
        -
        cancelled d 0/5@90 CANCELED MASS_CANCEL
        all c3 SECURITY ETH/USD - 1
        -
        placed 20
        -
        placed 21
        -
        cancelled f 0/5@99 CANCELED MASS_CANCEL
        all c4 ALL BTC/USD - 1
        """,
    ),
    Case(
        "why a mass cancel is refused",
        [
            cancel_many("c1", session="??"),
            cancel_many(" c"),
            cancel_many("c2", scope=SECURITY),
            cancel_many("c2"),
            with_fields(cancel_many("c2"), delivery=Delivery.POSSIBLE_RESEND),
            with_fields(cancel_many("c2"), delivery=Delivery.POSSIBLE_DUPLICATE),
            cancel_many("c3", symbol="NO/SUCH", account="acc-b1"),
            cancel_many("c4", account="acc-b1"),
        ],
        """
        all c1 ALL - - 0 UNKNOWN_SESSION
        -
        all  c ALL - - 0 MALFORMED_CLIENT_ORDER_ID
        -
        all c2 SECURITY - - 0 UNKNOWN_SYMBOL
        -
        all c2 ALL - - 0 DUPLICATE_CLIENT_ORDER_ID
        -
        all c2 ALL - - 0 DUPLICATE_CLIENT_ORDER_ID
        -
        -
        all c3 ALL NO/SUCH - 0 UNKNOWN_SYMBOL
        -
        all c4 ALL - - 0 UNKNOWN_ACCOUNT
        """,
    ),
    Case(
        "a session's orders outlive it unless its rules say otherwise; good-till orders may be kept",
        [
            buy("a", 90, 5),
            LogOffSession(2, "A1"),
            SetSessionRules(2, "op", "A1", True, True),
            SetSessionRules(2, "op", "A1", True, True),
            SetSessionRules(2, "op", "??", True, True),
            buy("b", 90, 5, tif=GTC),
            buy("d", 90, 5, tif=GTD, expires=99),
            buy("x", None, 5, stop=110, tif=IOC),
            LogOffSession(2, "A1"),
            SetSessionRules(2, "op", "A1", True, False),
            LogOffSession(2, "A1"),
            LogOffSession(2, "??"),
        ],
        """
        placed 14
        -
        off A1
        -
        session A1 True True
        -
        -
        denied UNKNOWN_REFERENCE
        -
        placed 19
        -
        placed 20
        -
        placed 21 waits
        -
        off A1
        cancelled a 0/5@90 CANCELED DISCONNECTED
        cancelled x 0/5@- CANCELED DISCONNECTED
        -
        session A1 True False
        -
        off A1
        cancelled b 0/5@90 CANCELED DISCONNECTED
        cancelled d 0/5@90 CANCELED DISCONNECTED
        -
        """,
    ),
    Case(
        "kill switches cancel what is within and stop what is new, each for itself",
        [
            buy("a", 90, 5),
            buy("b", 90, 5, session="A2"),
            sell("d", 99, 5),
            kill(KillScope.FIRM, "A"),
            kill(KillScope.FIRM, "A"),
            kill(KillScope.SESSION, "A1"),
            release(KillScope.FIRM, "A"),
            buy("e", 90, 5),
            buy("f", 90, 5, session="A2"),
            release(KillScope.FIRM, "A"),
            kill(KillScope.VENUE, ""),
            release(KillScope.SESSION, "A1"),
            buy("g", 90, 5),
            release(KillScope.VENUE, ""),
            buy("h", 90, 5),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        killed FIRM A op "enough"
        cancelled a 0/5@90 CANCELED KILL_SWITCH
        cancelled b 0/5@90 CANCELED KILL_SWITCH
        -
        -
        killed SESSION A1 op "enough"
        -
        released FIRM A op
        -
        rejected e KILL_SWITCH
        -
        placed 22
        -
        -
        killed VENUE  op "enough"
        cancelled d 0/5@99 CANCELED KILL_SWITCH
        cancelled f 0/5@90 CANCELED KILL_SWITCH
        -
        released SESSION A1 op
        -
        rejected g KILL_SWITCH
        -
        released VENUE  op
        -
        placed 28
        """,
    ),
    Case(
        "kill switches by account and instrument, for replaces too; names that are not known",
        [
            sell("a", 100, 5),
            sell("b", 101, 5, account="acc-b2"),
            buy("d", 90, 5, symbol="ETH/USD"),
            kill(KillScope.ACCOUNT, "acc-b1"),
            kill(KillScope.INSTRUMENT, "ETH/USD"),
            buy("t", 101, 5),
            kill(KillScope.ACCOUNT, "acc-a"),
            replace(buy("t", 101, 5), "t2", 101, 6),
            kill(KillScope.VENUE, "x"),
            kill(KillScope.SESSION, "??"),
            release(KillScope.SESSION, "??"),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        killed ACCOUNT acc-b1 op "enough"
        cancelled a 0/5@100 CANCELED KILL_SWITCH
        -
        killed INSTRUMENT ETH/USD op "enough"
        cancelled d 0/5@90 CANCELED KILL_SWITCH
        -
        placed 19
        matched 101 x5 | b 5/5@101 FILLED | t 5/5@101 FILLED
        -
        killed ACCOUNT acc-a op "enough"
        -
        refused REPLACE t2 of t FILLED KILL_SWITCH
        -
        denied UNKNOWN_REFERENCE
        -
        denied UNKNOWN_REFERENCE
        -
        """,
    ),
    Case(
        "the day's end: DAY orders are done, others carried with what they have done",
        [
            buy("a", 90, 5),
            buy("b", 91, 5, tif=GTC, display=2),
            buy("x", None, 5, stop=110),
            sell("t", 91, 3),
            EndDay(2, "clock", "20240102"),
            sell("u", 91, 1),
            EndDay(2, "clock", "20240102"),
            EndDay(2, "clock", "202401"),
            EndDay(2, "clock", "2024010a"),
            EndDay(2, "clock", "20240103"),
        ],
        # b: 2 of 5 shown; 2 trade, 2 are shown anew and 1 of those trades: 1 shown, 1 hidden.
        """
        placed 14
        -
        placed 15
        -
        placed 16 waits
        -
        placed 17
        matched 91 x2 | b 2/5@91 PARTIAL hides 1 | t 2/3@91 PARTIAL
        matched 91 x1 | b 3/5@91 PARTIAL hides 1 | t 3/3@91 FILLED
        -
        done a 0/5@90 DONE_FOR_DAY
        restated b 3/5@91 PARTIAL hides 1 carried 3=273 GOOD_TILL_RENEWAL
        done x 0/5@- DONE_FOR_DAY
        day 20240102
        -
        placed 19
        matched 91 x1 | b 4/5@91 PARTIAL carried 3=273 | u 1/1@91 FILLED
        -
        denied MALFORMED_REFERENCE
        -
        denied MALFORMED_REFERENCE
        -
        denied MALFORMED_REFERENCE
        -
        restated b 4/5@91 PARTIAL carried 4=364 GOOD_TILL_RENEWAL
        day 20240103
        """,
    ),
    Case(
        "a mass status tells of every open order of the session",
        [
            mass_status(session="??"),
            mass_status(),
            buy("a", 90, 5),
            buy("b", 90, 5, session="A2"),
            buy("x", None, 5, stop=110),
            sell("t", 90, 2),
            mass_status(),
            mass_status(side=BUY, symbol="BTC/USD", account="acc-a"),
            mass_status(symbol="NO/SUCH"),
            mass_status(account="acc-b1"),
        ],
        """
        reported ?? nothing m/0 last "the session is not known to the venue"
        -
        reported A1 nothing m/0 last "no such order"
        -
        placed 16
        -
        placed 17
        -
        placed 18 waits
        -
        placed 19
        matched 90 x2 | a 2/5@90 PARTIAL | t 2/2@90 FILLED
        -
        reported A1 a 2/5@90 PARTIAL m/2
        reported A1 x 0/5@- NEW waits m/2 last "Nothing done"
        -
        reported A1 a 2/5@90 PARTIAL m/2
        reported A1 x 0/5@- NEW waits m/2 last "Nothing done"
        -
        reported A1 nothing m/0 last "unknown symbol"
        -
        reported A1 nothing m/0 last "Account(1) must name an account of the session's firm"
        """,
    ),
    Case(
        "a firm's mode is set once",
        [mode("A", BOTH), mode("A", BOTH), mode("A", None), mode("A", None), mode("??", BOTH)],
        """
        mode A CANCEL_BOTH
        -
        -
        mode A -
        -
        -
        denied UNKNOWN_REFERENCE
        """,
    ),
    Case(
        "a mass cancel of the whole firm is of no other firm's orders",
        [buy("a", 90, 5, session="A2"), sell("z", 99, 5), cancel_many("c", whole_firm=True)],
        """
        placed 14
        -
        placed 15
        -
        cancelled a 0/5@90 CANCELED MASS_CANCEL
        all c ALL - - 1
        """,
    ),
]

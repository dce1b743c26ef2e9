"""The part of the Rules of Engagement on orders and how they match; {words} in it are filled by rules_of_engagement."""

from venue.domain import limits

ORDERS = f"""\
## Orders

- OrdType(40): market, limit, stop, stop limit. TimeInForce(59): day, good till cancel, good till date, immediate or
  cancel, fill or kill; without it, day.
- Price(44) and StopPx(99) are whole numbers of ticks, at most {limits.MAX_PRICE_TICKS:,} of them; OrderQty(38),
  MinQty(110), MaxFloor(111) and DisplayQty(1138) whole numbers of lots, at most {limits.MAX_QUANTITY_LOTS:,}. All
  are plain decimals. Nothing is rounded: off tick or off lot is refused.
- **Stop, stop limit**: StopPx(99) is required. The order waits, out of the book, until a trade at StopPx or beyond
  (a buy: at or above; a sell: at or below); if the last trade is there already, it goes at once. Then it is a market
  or limit order: {{triggered}}. Stops that one trade reaches go in turn: buys from the lowest StopPx up, then sells
  from the highest down, those of one StopPx by time; the trades of each may reach more.
- **Good till date**: ExpireTime(126), UTC, or ExpireDate(432), one of them. ExpireDate is the last UTC day: the
  order expires at 24:00. Reports have ExpireTime. The order expires with ExecType=C. Not after 2261.
- **Iceberg**: MaxFloor(111), or DisplayQty(1138), which is the same; both only if they are equal. Only limit and
  stop limit orders that may rest. So much is shown; when it is traded away, the next part is shown, last in the
  queue at its price. Reports have MaxFloor{{displayed}}.
- **Minimum quantity**: MinQty(110) trades at once on arrival, or the order is cancelled; what is left is like any
  order's. 0 is none.
- **Post-only**: ExecInst(18)=6. An order that would match at once is refused, and so is such a replace. Limit orders
  that may rest, without MinQty.
{{halt_instructions}}
- **For cash**: CashOrderQty(152), in the quote asset, in the place of OrderQty(38), of a market order to buy. It
  buys as many whole lots as the cash pays for at the prices in the book when it arrives; the report of the new order
  has that OrderQty. What then does not match is cancelled.
- With neither OrderQty nor CashOrderQty, or a field missing that the type or time in force needs: j, 380=5. Both:
  refused.

## Matching

- Best price first, then the order that came first, unless the instrument shares its price levels, below. A match is
  made at the price of the resting order.
- **Market orders** do not rest: what finds no liquidity is cancelled. Where an instrument has a protection, a market
  order, and a stop that was triggered, reaches so many ticks from the best opposite price and no further; what is
  left is cancelled, or rests at that price (ExecType=D), as the instrument has it.
- Fill or kill: all of it at once, or nothing. It counts what icebergs hide.
- A request matches at most {limits.MAX_MATCHES_PER_REQUEST:,} times; what then is left of it is cancelled. Each next
  part of an iceberg and each prevented self-trade is one.
- **Shared levels**, of instruments that have it, while more rests at a price than comes to it: A first fills the TOP
  order, the one that bettered the market, then gives every order its part of the rest in proportion to its shown
  quantity, rounded down, shares below a minimum being none, then what remains by time. C is A without the TOP order.
  K fills the TOP order; gives each lead market maker his per cent of what the TOP order leaves, rounded down; then a
  per cent of what they all leave by time, rounded up; the rest in proportion; then one lot to each order left without,
  then by time.

## Self-trade prevention

Orders of one firm with the same SelfTradePreventionGroup(7928), or both without, are one owner's. They do not trade
with each other where the order that comes in has a mode: SelfTradePreventionMode(2362), else the firm's own, which
the venue keeps; without either they trade. 1 cancels the order that comes in, 2 the resting one, 3 both, 4 takes the
smaller open quantity off both: the smaller one is cancelled, the other restated (ExecType=D,
ExecRestatementReason(378)=5). Text(58) of these reports: "self-trade with order N prevented", with the OrderID(37)
of the other. Both tags are custom; 2362 is not what FIX 5.0 has it for.

## Phases, auctions and halts

- Each instrument is in a phase: open, pre-open, halted, closed. Orders match in open. In pre-open and halted, orders
  that rest gather, stops wait, and market, IOC, FOK and MinQty orders are refused (OrdRejReason(103)=2). Closed
  takes no order. Cancels are always taken.
- It opens by **auction**: one price for all, at which most trades; then with the least left over; then nearest to
  the last trade, or before the first to the instrument's reference price; then the lowest. Orders trade by price and
  time, the hidden part of icebergs included{{auction_liquidity}}.
- **Circuit breaker**, where an instrument has one: a trade further than so many basis points from another one within
  the breaker's time does not happen; the instrument is halted, and reopens by auction after a set time. From then on
  only the last price counts, not what was before. What is left of a market, IOC or FOK order is cancelled.
- **Price band**, where an instrument has one: a price further than so many basis points from the last trade is
  refused.
- The **day ends** once a day. DAY orders are done: ExecType=3, OrdStatus=3, LeavesQty=0. GTC and GTD orders go on:
  ExecType=D, ExecRestatementReason(378)=1. One that traded on an earlier day then has DayOrderQty(424),
  DayCumQty(425) and DayAvgPx(426).
- **Kill switch**: the venue can stop a session, an account, a firm, an instrument or everything. All orders within
  are cancelled, new ones and replaces refused, until it is released.
- **Cancel on disconnect**, if your session is set up so: a Logout or a lost line cancels its open orders; if you so
  choose, not its GTC and GTD orders. Reports of it come on your return.

## Replace

- OrderQty(38) in G is the total intended quantity, with what is already executed. At or below that: the order is
  done.
- Price, quantity, StopPx of a stop that waits, ExpireTime or ExpireDate, and MaxFloor or DisplayQty can be changed,
  nothing else. Terms that are left out stay as they are; those that are given must be the order's. A stop or market
  order takes no Price.
- A lower quantity, or a new expiry, with all else as it was keeps the order's place in the queue. A new price,
  StopPx or MaxFloor or a higher quantity loses it.
- A filled order is opened again by a replace with a higher quantity; a canceled one is not.
- Cancel and replace are answered at once; there are no pending states.
"""

MASS_REQUESTS = f"""\
## Mass cancel

OrderMassCancelRequest (q) cancels the session's open orders: all (MassCancelRequestType(530)=7) or an instrument's
(530=1). Symbol, Side and Account narrow it. With one party, NoPartyIDs(453)=1, PartyID(448)=your firm's name,
PartyRole(452)=1, it is for the orders of all your firm's sessions. Account and the party are the venue's additions
to FIX 4.4.

One ExecutionReport for each order, with the order's own ClOrdID and Text "mass cancel", to the session that it
belongs to; then OrderMassCancelReport (r), with TotalAffectedOrders(533), and NoAffectedOrders(534) where they are
at most {limits.MAX_AFFECTED_ORDERS}. Nothing matched: 533=0, and MassCancelResponse(531) as 530. Refused: 531=0,
MassCancelRejectReason(532), Text. The ClOrdID is used either way.

## Mass status

OrderMassStatusRequest (AF) is answered by one ExecutionReport with ExecType=I for each open order of the session
that matches, with MassStatusReqID(584), TotNumReports(911) and LastRptRequested(912)=Y on the last. None: one, with
911=0 and OrdStatus=8. A value that is not served: j, 380=0.
"""

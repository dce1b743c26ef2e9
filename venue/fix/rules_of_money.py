"""The part of the Rules of Engagement on balances, fees and risk limits; {words} in it are filled by
rules_of_engagement."""

MONEY = """\
## Balances, fees and limits

- **Balances**: each account has a balance of every asset: what is available, what open orders hold, what is pending in
  withdrawals. No part of it is ever below zero. An order is taken only if what is available covers the most that it may
  cost, which it holds from then on: a sell, its open quantity in the base asset (its fee comes out of what it
  gets); a buy, price x open quantity in the quote asset, and the fee on it at the higher of the two rates.
- The price of a buy's **hold**: of a limit or stop limit order its Price; of a stop order that waits, its StopPx; of a
  market order and a triggered stop, the protection price where the instrument has one, else what the orders in the book
  now would cost; of an order for cash, that too. A stop order that the balance does not cover once it is triggered is
  cancelled.
- At each trade the buyer pays 381 and the seller delivers 32, out of what their orders hold; what both receive is
  available at once. What an order no longer needs (a better price, a cancel, a lower replace, its end) is available
  again at once. A replace needs only what it holds more.
- **Fees** are in the quote asset, on both sides: the maker's rate of the order that rested, the taker's of the one that
  came; in an auction both pay the taker's. An order keeps the rates that its firm had when it was accepted. A rate
  below zero is a rebate. Reports of trades have Commission(12), the amount, below zero for a rebate, and CommType(13)=3
  {comm_currency}; where the fee is 0, none of them.
- **Rounding**: an order's fees are summed exactly over its trades and the sum is rounded up to the asset's smallest
  unit: a trade's fee is by how much the rounded sum grew. So the rounding is less than one unit for the whole order,
  however many trades fill it. With a rate of 0.05 % and USD kept to 6 decimals: a trade of 18.000003 USD costs
  0.0090000015, so 0.009001 USD; a second one like it brings the sum to 0.018000003, so 0.018001, and costs 0.009 USD.
- **Limits** may be set for an instrument, a firm and an account, for all instruments or for one, and hold from that
  moment on. An order must keep to all of them. After the checks of the order itself they are looked at in this order,
  the balance last: quantity of one order; price x quantity of one order; open orders; the day's volume, with all that
  is open; position, were all that is open on that side filled; price collar: how far a buy's price may be above the
  last trade's, a sell's below it; new orders and replaces in a second; balance. Reasons and texts are in the table of
  reasons. A suspended account is told before all of them.
- A replace that keeps its place in the queue is never refused for a limit or the balance, and cancels are always taken.
  Open orders are not counted for a replace; the day's volume and the position count what it adds.
"""

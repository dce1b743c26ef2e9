"""The part of the Rules of Engagement on balances, fees and limits; {words} in it are filled by rules_of_engagement."""

MONEY = """\
## Balances, fees and limits

- An account has, of each asset, what is **available**, what its open orders **hold**, and what withdrawals have
  **pending**. An order that needs more than is available is refused: OrdRejReason(103)=3, and Text says so.
- A sell holds the quantity that is still to trade. A buy holds price x quantity still to trade, and the highest fee
  that it may cost. A stop holds at its StopPx, and is cancelled when it is triggered and the market it meets needs
  more than is available. A market order to buy holds what it can cost at once: up to its protection, where the
  instrument has one; else, and for cash, what the book asks for that quantity now.
- A trade pays at once: the buyer's hold becomes the seller's balance, and the other way round. What a better price
  left over is released with the trade, the rest when the order ends; a replace changes the hold by the difference.
- **Fees** are in the quote asset: a buyer pays them on top, a seller out of what he gets. Each order keeps the rates
  of maker and taker that stood when it was accepted; in an auction both sides pay the taker's. A trade's report has
  Commission(12) and CommType(13)=3{fee_currency}; below zero it is a rebate. No fee, no such fields.
- An order's fees are summed exactly and rounded up to the smallest unit over all its trades so far; a trade's fee is
  what that sum grew by. At 0.25 per cent, and in cents, three trades of 1.00 USD cost 0.01 for the first, then 0.00
  and 0.00; a rebate of 0.01 per cent on 150.00 USD is 0.015, of which 0.01 is paid.
- **Limits** that the venue sets by instrument, firm and account are looked at after all else, in this order: quantity
  of one order, price x quantity of one order, open orders, the day's volume with all that is open, the position if
  all that is open were filled, price against the last trade, orders in a second; then the balance. They hold for
  replaces too, but not for one that keeps the order's place.
- A **suspended account** takes no new orders and no replaces. What rests stays, and can be cancelled.
"""

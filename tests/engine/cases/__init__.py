"""Short lists of commands with all their events, worked out by hand: one at least for each rule of matching.

The first command of a case is number 14, after the SETUP of trading, but for those with commands of their own before.
"""

from tests.engine.cases import (
    bulk,
    executing,
    fees,
    funding,
    holds,
    holds_changed,
    matching,
    phases,
    refusing,
    replacing,
    risk,
    risk_scopes,
    self_trades,
    settings,
    stops,
)

CASES = [
    *refusing.CASES,
    *executing.CASES,
    *matching.CASES,
    *self_trades.CASES,
    *stops.CASES,
    *phases.CASES,
    *replacing.CASES,
    *bulk.CASES,
    *fees.CASES,
    *funding.CASES,
    *settings.CASES,
    *risk.CASES,
    *risk_scopes.CASES,
    *holds.CASES,
    *holds_changed.CASES,
]

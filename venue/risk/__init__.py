"""Rules that keep trading within bounds: how far prices move and how fast; what an order and its account may reach.

``price_window``   the circuit breaker's memory of the last prices
``limits``         pre-trade limits by instrument, firm and account, and the exposure that they look at
"""

from venue.risk.limits import Exposure, LimitLevel
from venue.risk.price_window import PriceWindow

__all__ = ["Exposure", "LimitLevel", "PriceWindow"]

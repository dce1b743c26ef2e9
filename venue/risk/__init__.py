"""Rules that keep trading within bounds. So far one: how far prices move, and how fast.

``price_window``   the circuit breaker's memory of the last prices
"""

from venue.risk.price_window import PriceWindow

__all__ = ["PriceWindow"]

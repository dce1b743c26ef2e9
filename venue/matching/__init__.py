"""The order book: price-time priority, one rule for both sides.

Each price level is a linked queue through the orders themselves, so a cancel in the middle costs the same as
one at the end. A side keeps its levels under signed keys, the higher the better, so nothing is written twice.
"""

from venue.matching.order import Order, priority_key
from venue.matching.order_book import BookSide, OrderBook
from venue.matching.order_queue import OrderQueue

__all__ = ["BookSide", "Order", "OrderBook", "OrderQueue", "priority_key"]

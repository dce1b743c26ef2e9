"""Books and how orders meet in them. One rule for both sides; nothing here knows sessions, time or events.

``order``         a live order, and what makes it special
``order_queue``   a line of orders, linked through themselves: a price level is one
``order_book``    two sides of price levels; trades between a resting order and an incoming one
``allocation``    how a level is shared: price-time, and CME's pro-rata family
``stop_book``     stop orders waiting for their price
``auction``       the one price at which a crossed book uncrosses

A side keeps its levels under signed keys, the higher the better, so nothing is written twice.
"""

from venue.matching.allocation import Allocation, allocation_of
from venue.matching.auction import auction_price
from venue.matching.order import Order, Special, priority_key
from venue.matching.order_book import WORST_KEY, BookSide, Level, OrderBook
from venue.matching.order_queue import OrderQueue
from venue.matching.stop_book import StopBook

__all__ = [
    "WORST_KEY",
    "Allocation",
    "BookSide",
    "Level",
    "Order",
    "OrderBook",
    "OrderQueue",
    "Special",
    "StopBook",
    "allocation_of",
    "auction_price",
    "priority_key",
]

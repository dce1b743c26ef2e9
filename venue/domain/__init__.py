"""What the venue talks about: numbers, enums with FIX codes, reference data, commands, events, limits.

Pure values, no behaviour that changes state. Prices are whole ticks, quantities whole lots, amounts whole
smallest units of an asset; nothing here or above ever holds a float.
"""

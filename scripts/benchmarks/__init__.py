"""Measurements of the venue against bare baselines, each pair in one run. Start with ``scripts/bench``."""

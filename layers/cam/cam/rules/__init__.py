"""Decisions: score, gates, routing, consent, send windows, statistics.

Pure: data in, data out; no AWS, no clock, no I/O. Asks `text` and `model`.
"""

"""Leads: intake of files and rows, adding, queues, verdicts, reviews.

The only writer of leads. Asks `campaigns` and the packages below it, not `providers`.
"""

"""AWS as CAM uses it: tables and keys, counters, environment, logs, alerts, secrets, signed tokens.

The only package that knows AWS. Nothing about one resource of CAM. Asks `text`, `model` and `rules`.
"""

"""What CAM runs on: tables and keys, counters, environment, logs, alerts, secrets, signed tokens.

The only package that opens DynamoDB. Knows no resource of CAM. Asks `text`, `model` and `rules`.
"""

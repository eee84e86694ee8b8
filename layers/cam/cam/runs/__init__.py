"""Runs: what has to be true before one starts, opening and closing, executions, the loop that every stage shares.

The top of the kernel. Asks every other package.
"""

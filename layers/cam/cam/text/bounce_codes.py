"""Which refusals mean that a mailbox does not exist, and does not come back (RFC 3463, enhanced status codes 5.x.y)."""

# Subject and detail: bad destination mailbox, system, syntax, moved, null MX; mailbox disabled. All others may pass:
# policies, block lists, full mailboxes, limits.
GONE = frozenset({(1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})

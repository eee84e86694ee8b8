"""Mail: sequences and their templates, the ledger of touches, rate, sender checks, suppression, what came back.

The only writer of touches and suppressions. Asks `leads` and the packages below it, not `providers`.
"""

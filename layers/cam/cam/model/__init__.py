"""What CAM talks about: campaigns, leads, runs, their settings, addresses, and the errors of the contract.

Types and the checks on them. Asks only `text`.
"""

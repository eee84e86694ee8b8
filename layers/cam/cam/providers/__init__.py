"""Data providers (Apollo, Dropcontact, Hunter): keys, limits, paid calls and credits, searches.

The only writer of these items. Asks `campaigns` and the packages below it.
"""

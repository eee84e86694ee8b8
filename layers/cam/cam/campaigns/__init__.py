"""Campaigns and what belongs to one: settings versions, previews, forecasts, known field names.

The only writer of these items. Asks the packages below it: `text`, `model`, `rules`, `platform`.
"""

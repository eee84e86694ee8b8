"""Text, time and calendars: how words are compared and cleaned, how moments are written.

Takes plain values. Imports nothing of CAM.
"""

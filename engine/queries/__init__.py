"""Reads for people who run and draw processes; nothing here changes anything.

Lists are read by key, never by offset, so that page 1,000 costs what page 1 costs, and counts
stop at a limit. Where a list grows with the history of one instance, it is read in pages.
"""

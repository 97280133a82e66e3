"""Measurements, each beside the physical limit of the same database in the same run.

They are started by ``./tuidan bench`` and assert nothing: machines are shared and noisy, so
what counts are the ratios. The database syncs every commit to disk, and history is on.
"""

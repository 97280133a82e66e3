"""Retrying many incidents: which ones, in parts that survive a restart, again after growing pauses."""

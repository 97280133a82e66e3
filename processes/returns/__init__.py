"""Goods that come back to the shop."""

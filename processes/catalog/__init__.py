"""Shops, what they list, and their stock."""

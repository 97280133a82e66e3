"""Coupons and points of buyers: what they paid with them, and what came back."""

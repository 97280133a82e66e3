"""Coupons, points and balances of buyers: what they paid with them, and what came back."""

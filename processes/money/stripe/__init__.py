"""Refunds through Stripe."""

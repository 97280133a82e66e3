"""Charge-backs: a bank takes a payment back from us, so that the buyer mustn't be paid beside it."""

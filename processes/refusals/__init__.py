"""Refusals on their way to the buyer: delivered, read, and what it means if he doesn't answer."""

"""Bringing in from files: orders with all that belongs to them, and tracking events alone."""

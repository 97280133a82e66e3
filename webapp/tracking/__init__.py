"""Tracking events in a file: looked at, and brought in, by operators and by sellers for their own parcels."""

"""Erasing what a person has shown and written, on his request; that it was there stays on record."""

"""Erasing a person's evidence and messages on his request; that they were there stays on record."""

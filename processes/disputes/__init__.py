"""Disputes that the platform rules on."""

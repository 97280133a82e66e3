"""Bringing orders in from files."""

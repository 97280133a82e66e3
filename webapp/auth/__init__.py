"""Signing in and out, and who may open which pages."""

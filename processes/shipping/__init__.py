"""Parcels, their tracking, and the offers that follow from it."""

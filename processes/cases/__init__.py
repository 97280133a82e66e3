"""Cancellation cases: asked for by a buyer or a seller, carried by a process instance."""

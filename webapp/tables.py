"""Knowing all tables of the product: migrations and tests need the whole."""

from __future__ import annotations

import importlib
import pkgutil

import sqlalchemy as sa

import engine
import processes
import webapp
from engine.database import Base


def all_tables() -> sa.MetaData:
    """Import every module named ``tables`` of every layer, and return what they declare."""
    for package in (engine, processes, webapp):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith(".tables"):
                importlib.import_module(found.name)
    return Base.metadata

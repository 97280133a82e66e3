"""A BPMN runtime on SpiffWorkflow: it knows no order, no shop and no web."""

from engine.actors import SYSTEM, Actor
from engine.runtime import Engine

__all__ = ["SYSTEM", "Actor", "Engine"]

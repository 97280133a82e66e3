"""Who does something: a person, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The author of a command, as history records it.

    Attributes:
        id: Stable identifier, an account id or ``system``.
        name: What people read.
        groups: Candidate groups whose user tasks the actor may complete, such as ``shop:3``.
    """

    id: str
    name: str
    groups: frozenset[str] = field(default_factory=frozenset)

    def may_act_for(self, group: str) -> bool:
        """Whether the actor belongs to a candidate group."""
        return group in self.groups


COMMAND_LINE = "cli:"
"""Begins the id of who acts on the command line; the user of the machine follows."""

SYSTEM = Actor(id="system", name="system")

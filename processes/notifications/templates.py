"""What people can be told: the names of the wordings. Pure; the words are the web's."""

from __future__ import annotations

from processes.notifications.topics import TOPICS

TEMPLATES = frozenset(TOPICS)

RECIPIENTS = frozenset({"buyer", "seller", "platform"})

"""The data that processes carry: JSON, and nothing else."""

from __future__ import annotations

from typing import Any, TypeAlias

# Recursive aliases would force a cast at each look-up of a nested value; the codec checks at run time.
JSON: TypeAlias = Any
Variables: TypeAlias = dict[str, JSON]

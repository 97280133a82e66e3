"""Refusals about people's tasks as such."""

from __future__ import annotations

from engine.errors import Kind, TuidanError


class BelongsToCase(TuidanError):
    """This belongs to case {case_no}, and is done there."""

    code = "task.of_case"
    kind = Kind.CONFLICT

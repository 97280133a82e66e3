"""A decision table that isn't deployed: asked beside the one that is, to see what it would change."""

from __future__ import annotations

from engine.errors import TuidanError
from engine.spiff.decisions import Decision, DecisionError
from engine.spiff.language import LanguageError
from engine.spiff.parser import parse
from engine.values import Variables


class CandidateInvalid(TuidanError):
    """The file isn't a decision table that can be asked: {detail}."""

    code = "decision.candidate_invalid"


class Candidate:
    """One table of a DMN file.

    Raises:
        CandidateInvalid: If the file can't be read, or has no such table.
    """

    def __init__(self, file_name: str, text: str, decision_id: str) -> None:
        try:
            self._decision: Decision = parse({file_name: text}).decisions[decision_id]
        except KeyError:
            raise CandidateInvalid(detail=f"it has no table {decision_id}") from None
        except Exception as error:
            raise CandidateInvalid(detail=str(error)[:300]) from error

    def answer(self, inputs: Variables) -> Variables | None:
        """What the table answers to recorded inputs; None if it has none, or can't read them."""
        try:
            return self._decision.decide(inputs) or None
        except (DecisionError, LanguageError, ArithmeticError, LookupError, TypeError, ValueError, NameError):
            return None

"""What requests about a case that goes on may say: disputes, evidence, parcels, exchanges, ratings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from processes.ratings.rules import TEXT_MAXIMUM as RATING_MAXIMUM
from processes.shipping.rules import ANSWERS
from webapp.api.schemas import Body, Code, Name, Readable, Text, one_of

Words = Annotated[str, Field(min_length=1, max_length=2000), Readable]


class TaskIn(Body):
    """``POST /tasks/<task_id>``: the values of its form, by the keys of its fields."""

    values: dict[str, JsonValue] = Field(default_factory=dict)


class ActivityIn(Body):
    """``POST /cases/<case_no>/activities/<id>``; with ``begun`` as it was seen, only if nobody was faster."""

    begun: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class EscalationIn(Body):
    """``POST /cases/<case_no>/escalation``: why the buyer doesn't accept the refusal."""

    text: Words


class StatementIn(Body):
    """``POST /cases/<case_no>/statement``."""

    text: Words


class RulingAnswerIn(Body):
    """``POST /cases/<case_no>/ruling-answer``; an appeal says why."""

    answer: Literal["accept", "appeal"]
    text: Text = ""


class EvidenceIn(Body):
    """``POST /cases/<case_no>/evidence``: a file, its content in base64."""

    name: Name
    content: Annotated[str, Field(min_length=4, max_length=14 * 1024 * 1024)]


class InterceptionIn(Body):
    """``POST /cases/<case_no>/interceptions/<shipment_no>``."""

    answer: Annotated[str, one_of(tuple(ANSWERS.values()))]


class ExchangeIn(Body):
    """``POST /cases/<case_no>/exchange``."""

    carrier: Name
    tracking_no: Code


class RatingAnswerIn(Body):
    """``POST /cases/<case_no>/rating/answer``."""

    text: Annotated[str, Field(min_length=1, max_length=RATING_MAXIMUM), Readable]

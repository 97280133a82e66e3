"""Moving, adding and cancelling tokens: picked on the diagram or in lists, previewed, applied as one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.commands.modify import MOST_CHANGES, modify_instance, preview_modification
from engine.commands.outcome import Outcome
from engine.errors import TuidanError
from engine.failures import InstanceEnded, InstanceNotFound
from engine.inspecting import TokenMap, inspect_tokens
from engine.queries.definitions import deployment_files
from engine.queries.files import Drawing, drawings
from engine.queries.instance_view import InstanceView, instance_view
from engine.spiff.entering import Place
from engine.spiff.modifying import TokenChange
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.operator.answering import back_to_instance, reason_given, seen_version


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an operator has put together so far.

    Attributes:
        changes: The staged changes, each as the form sends it.
        moving: The token that waits for its target.
        outcome: What they would do; None if there are none, or they are refused.
        refusal: Why they are refused.
    """

    changes: tuple[str, ...] = ()
    moving: int | None = None
    outcome: Outcome | None = None
    refusal: str = ""


@blueprint.get("/instances/<uuid:instance_id>/tokens")
def tokens(instance_id: uuid.UUID) -> str:
    """Show the tokens of an instance, with nothing staged yet."""
    with tuidan().transaction() as session:
        return _page(session, instance_id, Plan())


@blueprint.post("/instances/<uuid:instance_id>/tokens/plan")
def plan_tokens(instance_id: uuid.UUID) -> str:
    """Add to or take from what is staged, and show what it would do."""
    staged = _staged()
    moving = _number(request.form.get("move", request.form.get("moving", "")))
    listed = request.form.get("listed", "") if "take" in request.form else ""
    place = read_place(request.form.get("place", listed))
    if place is not None:
        staged.append(TokenChange(moving, place))
        moving = None
    outcome, refusal = None, ""
    if staged:
        try:
            outcome = preview_modification(tuidan().engine, instance_id, staged, actor=reader().actor)
        except (InstanceNotFound, InstanceEnded):
            raise
        except TuidanError as error:
            refusal = message_of(error)
    sent = tuple(map(_sent, staged))
    plan = Plan(changes=sent, moving=moving, outcome=outcome, refusal=refusal)
    with tuidan().transaction() as session:
        return _page(session, instance_id, plan)


@blueprint.post("/instances/<uuid:instance_id>/tokens")
def change_tokens(instance_id: uuid.UUID) -> Response:
    """Apply what is staged, if the instance is still as it was previewed."""
    product = tuidan()
    with product.transaction() as session:
        modify_instance(
            product.engine,
            session,
            instance_id,
            _staged(),
            version=seen_version(),
            reason=reason_given(),
            actor=reader().actor,
        )
    return back_to_instance(instance_id, gettext("The tokens were changed as planned."))


@blueprint.get("/instances/<uuid:instance_id>/tokens/element")
def token_element(instance_id: uuid.UUID) -> str:
    """What can be done at an element that was picked on the diagram."""
    element_id = request.args.get("element", "").replace("\x00", "")
    scopes = request.args.getlist("scope")
    with tuidan().transaction() as session:
        found = inspect_tokens(tuidan().engine, session, instance_id)
    return render_template(
        "operator/parts/token_element.html",
        name=request.args.get("name", "")[:200] or element_id,
        tokens=[t for t in found.tokens if t.element_id == element_id and t.process_id in scopes],
        places=[p for p in found.places if p.element_id == element_id and p.process_id in scopes],
        plan_url=url_for("operator.plan_tokens", instance_id=instance_id),
        message_of=message_of,
    )


def _page(session: Session, instance_id: uuid.UUID, plan: Plan) -> str:
    view = instance_view(session, instance_id)
    found = inspect_tokens(tuidan().engine, session, instance_id)
    known = drawings(deployment_files(session, view.definition.deployment_id))
    shown = reachable(known, view, found.places)
    return render_template(
        "operator/tokens.html",
        view=view,
        found=found,
        plan=plan,
        described=[_described(change, found) for change in map(_read, plan.changes) if change],
        most=MOST_CHANGES,
        drawings=shown,
        scopes={scope: drawing.name for drawing in shown for scope in drawing.scopes},
        diagram=chosen_drawing(shown, found.tokens[-1].process_id if found.tokens else ""),
    )


def reachable(known: dict[str, Drawing], view: InstanceView, places: Iterable[Place]) -> list[Drawing]:
    """The diagrams on which a token can stand, the instance's own first."""
    own = view.instance.process_id
    scopes = {place.process_id for place in places}
    fitting = (drawing for drawing in known.values() if drawing.scopes & scopes)
    return sorted(fitting, key=lambda drawing: (drawing.process_id != own, drawing.name))


def chosen_drawing(shown: list[Drawing], otherwise: str) -> Drawing:
    """The diagram that is asked for; otherwise the one that shows a process or subprocess."""
    asked = request.values.get("diagram", "") or request.form.get("shown", "")
    for wanted in (asked, otherwise):
        for drawing in shown:
            if wanted in drawing.scopes:
                return drawing
    return shown[0]


def _staged() -> list[TokenChange]:
    """The changes that the form holds, with what its button adds and without what it takes away."""
    texts = request.form.getlist("change")[: MOST_CHANGES + 1]
    without = _number(request.form.get("without", ""))
    kept = [text for number, text in enumerate(texts) if number != without]
    cancelled = _number(request.form.get("cancel", ""))
    if cancelled is not None:
        kept.append(_sent(TokenChange(cancelled)))
    return [change for change in map(_read, kept) if change is not None]


def _sent(change: TokenChange) -> str:
    """A change as a field of the form: ``12`` cancels, ``12>process:element`` moves, ``>p:e`` adds."""
    source = "" if change.source is None else str(change.source)
    return source if change.target is None else f"{source}>{change.target[0]}:{change.target[1]}"


def _read(text: str) -> TokenChange | None:
    source, arrow, target = text.partition(">")
    place = read_place(target) if arrow else None
    number = _number(source)
    if (arrow and place is None) or (number is None and place is None):
        return None
    return TokenChange(number, place)


def read_place(text: str) -> tuple[str, str] | None:
    """An element as forms send it, ``process:element``; None for what isn't one."""
    process_id, colon, element_id = text.replace("\x00", "")[:300].partition(":")
    return (process_id, element_id) if colon and process_id and element_id else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _described(change: TokenChange, found: TokenMap) -> tuple[str | None, str | None]:
    """The names of where a change takes a token from, and of where it puts one."""
    tokens = {token.element_instance: token.name or token.element_id for token in found.tokens}
    places = {(place.process_id, place.element_id): place.name for place in found.places}
    source = None if change.source is None else tokens.get(change.source, f"#{change.source}")
    return source, places.get(change.target, change.target[1]) if change.target else None

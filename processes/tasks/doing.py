"""What people do in processes that run for no case: their tasks, and what they start.

What belongs to a case is done on its page, where evidence, counts and amounts are checked along with it.
Operators and analysts have no pages of cases, so theirs is done here in any case.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.tables import ActivityChoice, UserTask
from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.cases.walking import WITHOUT_CASES, process_names
from processes.ports import ProcessEngine
from processes.tasks.errors import BelongsToCase


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where a task stands.

    Attributes:
        process: The name of its process.
        about: The business key of the instance; empty without one.
    """

    process: str
    about: str


def setting_of(session: Session, task: UserTask) -> Setting:
    """Return where a task of the caller's stands.

    Raises:
        BelongsToCase: It is done on the page of a case.
    """
    _refuse_case(session, task)
    names = process_names(session, [task.instance_id])
    return Setting(process=names.get(task.instance_id, ""), about=task.business_key)


def complete_own(
    session: Session, engine: ProcessEngine, task_id: uuid.UUID, *, values: dict[str, JSON], actor: Actor
) -> None:
    """Complete a task that is done on no case's page.

    Raises:
        BelongsToCase: It is done on the page of a case.
        TuidanError: What the engine refuses: ``TaskNotFound`` for what is for others or isn't there.
    """
    task = session.get(UserTask, task_id)
    if task is not None and actor.may_act_for(task.candidate_group):
        _refuse_case(session, task)
    engine.complete_task(session, task_id, values=values, actor=actor)


def start_own(
    session: Session, engine: ProcessEngine, offered: uuid.UUID, *, begun: int | None, actor: Actor
) -> tuple[uuid.UUID, ...]:
    """Start an activity that belongs to no case.

    Args:
        session: The caller's transaction.
        engine: Starts it.
        offered: The id of its ``ActivityChoice``.
        begun: How often it had been started when the actor saw it; None to start it in any case.
        actor: Who starts it.

    Returns:
        The user tasks that wait since then for one of the actor's groups.

    Raises:
        BelongsToCase: It is started on the page of a case.
        TuidanError: What the engine refuses.
    """
    choice = session.get(ActivityChoice, offered)
    if choice is not None and actor.may_act_for(choice.candidate_group):
        _refuse_case(session, choice)
    return engine.start_choice(session, offered, begun=begun, actor=actor)


def _refuse_case(session: Session, listed: UserTask | ActivityChoice) -> None:
    if listed.candidate_group in WITHOUT_CASES:
        return
    case = CancellationCase
    if session.scalar(sa.select(case.case_no).where(case.case_no == listed.business_key)) is not None:
        raise BelongsToCase(case_no=listed.business_key)

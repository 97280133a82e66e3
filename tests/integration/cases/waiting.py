"""Tasks and timers as the engine would leave them, for tests of what reads them."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

from sqlalchemy.orm import Session

from engine.ids import new_id
from engine.tables import (
    ActivityChoice,
    Deployment,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    Timer,
    UserTask,
)
from tests.marketplace import NOW


class Runtime:
    """Writes runtime rows by hand."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.numbers = itertools.count(1)
        deployment = Deployment(
            id=new_id(), digest=uuid.uuid4().hex, deployed_at=NOW, deployed_by="x", note=""
        )
        session.add(deployment)
        session.flush()
        self.definition = ProcessDefinition(
            id=new_id(),
            process_id="buyer_cancellation",
            version=1,
            name="买家取消订单",
            resource_name="x.bpmn",
            digest="x",
            deployment_id=deployment.id,
        )
        session.add(self.definition)
        session.flush()

    def task(
        self,
        case_no: str,
        group: str,
        due_at: dt.datetime | None,
        element_id: str = "task_review_request",
    ) -> UserTask:
        """A user task with its boundary timer, in an instance that can be withdrawn from."""
        instance = self._instance(case_no)
        number = next(self.numbers)
        task = UserTask(
            id=new_id(),
            instance_id=instance.id,
            element_instance=number,
            process_id="seller_handling",
            element_id=element_id,
            name="审核取消申请",
            candidate_group=group,
            business_key=case_no,
            form_key="review_request.form",
            created_at=NOW,
            due_at=due_at,
            due_element_id="timer_seller_decides" if due_at else None,
            due_effect="自动同意" if due_at else None,
        )
        self.session.add(task)
        if due_at:
            self.session.add(
                Timer(
                    instance_id=instance.id,
                    element_instance=number,
                    kind="event",
                    element_id="timer_seller_decides",
                    name="自动同意",
                    due_at=due_at,
                )
            )
        self.session.add(
            MessageSubscription(
                instance_id=instance.id,
                element_instance=number + 1000,
                element_id="catch_withdrawn",
                message="case_withdrawn",
                business_key=case_no,
            )
        )
        self.session.flush()
        return task

    def choice(
        self, case_no: str, group: str, offered_at: dt.datetime, *, enabled: bool = True, held: bool = False
    ) -> ActivityChoice:
        """An activity of an open ad-hoc subprocess."""
        choice = ActivityChoice(
            id=uuid.uuid4(),
            instance_id=self._instance(case_no).id,
            element_instance=next(self.numbers),
            process_id="clarify",
            element_id="call",
            name="致电买家",
            candidate_group=group,
            business_key=case_no,
            enabled=enabled,
            begun=0,
            offered_at=offered_at,
            held=held,
        )
        self.session.add(choice)
        self.session.flush()
        return choice

    def _instance(self, case_no: str) -> ProcessInstance:
        instance = ProcessInstance(
            id=new_id(),
            process_id="buyer_cancellation",
            definition_id=self.definition.id,
            business_key=case_no,
            status="running",
            started_at=NOW,
            started_by="x",
        )
        self.session.add(instance)
        self.session.flush()
        return instance

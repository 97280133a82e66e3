"""The runtime's tables, all of them: the one place from which the rest takes them.

``process_instance`` and ``history_event`` are the permanent record. All others hold only
what is running now: their rows go when the thing they stand for ends.
"""

from __future__ import annotations

from engine.tables.clock import ClockOffset
from engine.tables.definitions import (
    DecisionRelease,
    DecisionVersion,
    Deployment,
    DeploymentResource,
    ProcessDefinition,
    ProcessRelease,
)
from engine.tables.incidents import Incident
from engine.tables.instances import Execution, InstanceRestart, ProcessInstance, UnreadState
from engine.tables.records import CommandRecord, DecisionRecord, HistoryEvent
from engine.tables.sending import DataStore, SentMessage, SignalDelivery
from engine.tables.starting import StartCondition, StartTimer, StartTrigger
from engine.tables.waiting import (
    ActivityChoice,
    EventSubscription,
    MessageSubscription,
    ServiceJob,
    Timer,
    UserTask,
)
from engine.tables.workers import WorkerHeartbeat

__all__ = [
    "ActivityChoice",
    "ClockOffset",
    "CommandRecord",
    "DataStore",
    "DecisionRecord",
    "DecisionRelease",
    "DecisionVersion",
    "Deployment",
    "DeploymentResource",
    "EventSubscription",
    "Execution",
    "HistoryEvent",
    "Incident",
    "InstanceRestart",
    "MessageSubscription",
    "ProcessDefinition",
    "ProcessInstance",
    "ProcessRelease",
    "SentMessage",
    "ServiceJob",
    "SignalDelivery",
    "StartCondition",
    "StartTimer",
    "StartTrigger",
    "Timer",
    "UnreadState",
    "UserTask",
    "WorkerHeartbeat",
]

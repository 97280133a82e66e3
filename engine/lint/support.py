"""What the engine executes, and what it refuses: one table, for the linter and for people.

Each line that says executed has been run with its state saved and loaded between steps.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Support:
    """Whether an element is executed; ``note`` says with what limits, or why it is not."""

    executed: bool
    note: str = ""


def _yes(note: str = "") -> Support:
    return Support(True, note)


def _no(note: str) -> Support:
    return Support(False, note)


NODES = {
    "task": _yes("passes at once"),
    "userTask": _yes("waits for a person of its candidate group"),
    "manualTask": _yes("waits for a person, like a user task"),
    "scriptTask": _yes("in the engine's safe language"),
    "serviceTask": _yes("calls a registered operation"),
    "businessRuleTask": _yes("asks a decision table of the bundle"),
    "sendTask": _yes("its message goes to who waits with its business key, or is kept until somebody does"),
    "receiveTask": _yes(
        "correlated by the business key; an instantiating one starts the process, and has no flow to it"
    ),
    "callActivity": _yes("shares all variables in and out, unless it has an ioSpecification"),
    "subProcess": _yes("embedded, or started by an event"),
    "transaction": _yes("a cancel end event undoes what it has completed; an error that leaves it doesn't"),
    "adHocSubProcess": _yes(
        "its candidate group, that of an activity, or an operator starts the activities that no flow leads"
        " to, side by side or one at a time, until its completion condition holds; what a flow leads to"
        " begins at once"
    ),
    "exclusiveGateway": _yes(),
    "parallelGateway": _yes("waits for one token on each incoming flow"),
    "inclusiveGateway": _yes("waits while another token can still arrive"),
    "eventBasedGateway": _yes(
        "before events that wait, and receive tasks; an instantiating one starts an instance by each event"
        " that comes, or, if it is parallel, by the first of its messages, and waits for the others"
    ),
    "complexGateway": _yes("its expressions read activationCount, incoming and waitingForStart"),
    "startEvent": _yes(),
    "endEvent": _yes(),
    "intermediateCatchEvent": _yes(),
    "intermediateThrowEvent": _yes(),
    "boundaryEvent": _yes(),
}

_CONDITION = "when its condition becomes true, of the variables as they are in its (sub)process"
_ESCALATES = "goes to the nearest event around it that takes its code; if there is none, nothing happens"
_LISTENS = "interrupting, or each that comes, while the (sub)process around it runs"
_CORRELATED = "correlated by the business key"
_SENT = "goes to who waits with its business key, or is kept until somebody does"
_BROADCAST = "reaches every place of every instance that waits for it"
_UNDOES = "of one activity or its whole scope, the latest first; goes on at once, or when all is undone"

# By position and event definition; "" is an event without any.
EVENTS = {
    ("startEvent", ""): _yes("one in each process that is started by its id, or called"),
    ("startEvent", "messageEventDefinition"): _yes(
        "starts an instance with the message's business key, if none waits for it"
    ),
    ("startEvent", "timerEventDefinition"): _yes(
        "a date, a cycle or a duration after the release; instants that pass while nothing runs start it once"
    ),
    ("startEvent", "signalEventDefinition"): _yes("starts an instance of the released version"),
    ("startEvent", "conditionalEventDefinition"): _yes(
        "when its condition over data stores becomes true, as it is looked at whenever one of them is written"
    ),
    ("subProcess", ""): _yes("exactly one in each subprocess"),
    ("eventSubprocess", "messageEventDefinition"): _yes(_LISTENS),
    ("eventSubprocess", "timerEventDefinition"): _yes("date or duration; a cycle, if it doesn't interrupt"),
    ("eventSubprocess", "signalEventDefinition"): _yes(_LISTENS),
    ("eventSubprocess", "conditionalEventDefinition"): _yes(_CONDITION),
    ("eventSubprocess", "errorEventDefinition"): _yes("by its code, or any"),
    ("eventSubprocess", "escalationEventDefinition"): _yes("by its code, or any"),
    ("eventSubprocess", "compensateEventDefinition"): _yes(
        "stands for all that its completed (sub)process has done"
    ),
    ("intermediateCatchEvent", "timerEventDefinition"): _yes("date or duration"),
    ("intermediateCatchEvent", "messageEventDefinition"): _yes(_CORRELATED),
    ("intermediateCatchEvent", "signalEventDefinition"): _yes("by its name"),
    ("intermediateCatchEvent", "conditionalEventDefinition"): _yes(_CONDITION),
    ("intermediateCatchEvent", "linkEventDefinition"): _yes("from each link event of its name"),
    ("intermediateThrowEvent", ""): _yes("passes at once"),
    ("intermediateThrowEvent", "messageEventDefinition"): _yes(_SENT),
    ("intermediateThrowEvent", "signalEventDefinition"): _yes(_BROADCAST),
    ("intermediateThrowEvent", "escalationEventDefinition"): _yes(_ESCALATES),
    ("intermediateThrowEvent", "linkEventDefinition"): _yes("to the one of its name beside it"),
    ("intermediateThrowEvent", "compensateEventDefinition"): _yes(_UNDOES),
    ("boundaryEvent", "timerEventDefinition"): _yes("date or duration; a cycle, if it doesn't interrupt"),
    ("boundaryEvent", "messageEventDefinition"): _yes("interrupting, or each message that comes"),
    ("boundaryEvent", "errorEventDefinition"): _yes("by its code, or any"),
    ("boundaryEvent", "signalEventDefinition"): _yes("interrupting, or each signal that comes"),
    ("boundaryEvent", "conditionalEventDefinition"): _yes(_CONDITION),
    ("boundaryEvent", "escalationEventDefinition"): _yes(
        "by its code, or any; on subprocesses, call activities and repeated activities that throw one"
    ),
    ("boundaryEvent", "cancelEventDefinition"): _yes("on transactions that aren't repeated"),
    ("boundaryEvent", "compensateEventDefinition"): _yes(
        "on activities that aren't repeated; the handler reads the variables of that time; each round of a"
        " loop is remembered, up to 1,000 in a scope"
    ),
    ("endEvent", ""): _yes(),
    ("endEvent", "terminateEventDefinition"): _yes("ends the process or subprocess that it stands in"),
    ("endEvent", "errorEventDefinition"): _yes("where a boundary event around it catches the code"),
    ("endEvent", "messageEventDefinition"): _yes(_SENT),
    ("endEvent", "signalEventDefinition"): _yes(_BROADCAST),
    ("endEvent", "escalationEventDefinition"): _yes(_ESCALATES),
    ("endEvent", "cancelEventDefinition"): _yes("directly in a transaction"),
    ("endEvent", "compensateEventDefinition"): _yes(_UNDOES),
}

# What can be one of an event's several definitions: each is thrown; one that comes is enough, or all have to.
TOGETHER = frozenset(
    [
        "messageEventDefinition",
        "signalEventDefinition",
        "timerEventDefinition",
        "conditionalEventDefinition",
        "escalationEventDefinition",
    ]
)

OTHERS = {
    "sequenceFlow": _yes(
        "several out of an activity or event are a parallel split, conditions and a default on an activity an"
        " inclusive one; several into an activity start it once for each token"
    ),
    "startQuantity": _yes("of an activity: so many tokens, on whichever flows they come, start it once"),
    "completionQuantity": _yes("of an activity: so many tokens on each flow that it leaves by"),
    "multiInstanceLoopCharacteristics": _yes(
        "parallel or sequential; collection or cardinality; a completion condition reads numberOfInstances,"
        " numberOfActiveInstances, numberOfCompletedInstances, numberOfTerminatedInstances and loopCounter;"
        " behaviours throw signals, messages, escalations and errors to the events on the activity"
    ),
    "standardLoopCharacteristics": _yes("goes on while its condition holds; test before or after; maximum"),
    "laneSet": _yes("the name of the nearest lane is the candidate group of what has none of its own"),
    "dataObject": _yes("lives in the process or subprocess that declares it; expressions read it by its id"),
    "dataObjectReference": _yes("the data object that it refers to"),
    "dataStore": _yes(
        "one value that outlives instances, by its id for all diagrams; with a capacity a list or object of"
        " at most so many entries"
    ),
    "dataStoreReference": _yes(
        "the data store that it refers to; associations read and write it within the step, nothing else does"
    ),
    "dataInputAssociation": _yes(
        "on activities, and on events that throw something; from a data object, data store or property, a"
        " transformation or assignment"
    ),
    "dataOutputAssociation": _yes(
        "on activities, and on events that wait or start; to a data object, data store or property of the"
        " process"
    ),
    "ioSpecification": _yes(
        "on activities, with one input set and one output set: the activity, or the process that it calls,"
        " sees its inputs only and gives back its outputs only; a missing input is an incident"
    ),
    "dataOutput": _yes("what an event brings, or an activity gives; without an association a variable"),
    "dataInput": _yes("what an event throws, or an activity takes; without an association a variable"),
    "property": _yes(
        "of a process: a variable that is None until it is set; of an activity: its own variable"
    ),
    "resourceRole": _no("use the candidateGroup property"),
    "performer": _no("use the candidateGroup property"),
    "humanPerformer": _no("use the candidateGroup property"),
    "potentialOwner": _no("use the candidateGroup property"),
    "timeCycle": _yes('ISO 8601, such as "R3/PT1H"; what comes due together fires once'),
    "timeDate": _yes("an instant with a zone"),
    "timeDuration": _yes('ISO 8601, such as "PT48H" with its quotes'),
    "subConversation": _no("conversations are not executed"),
    "callChoreography": _no("choreographies are not executed"),
}

# Elements that say nothing about execution, or belong to one of the above.
NEUTRAL = frozenset(
    [
        "definitions",
        "process",
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "conditionExpression",
        "activationCondition",
        "complexBehaviorDefinition",
        "condition",
        "event",
        "signalEventDefinition",
        "escalationEventDefinition",
        "collaboration",
        "participant",
        "messageFlow",
        "lane",
        "flowNodeRef",
        "childLaneSet",
        "textAnnotation",
        "text",
        "association",
        "group",
        "category",
        "categoryValue",
        "categoryValueRef",
        "script",
        "message",
        "error",
        "signal",
        "escalation",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "timerEventDefinition",
        "messageEventDefinition",
        "errorEventDefinition",
        "terminateEventDefinition",
        "dataState",
        "inputSet",
        "outputSet",
        "dataInputRefs",
        "dataOutputRefs",
        "optionalInputRefs",
        "optionalOutputRefs",
        "sourceRef",
        "targetRef",
        "transformation",
        "assignment",
        "from",
        "to",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
        "condition",
        "loopCondition",
        "itemDefinition",
        "import",
    ]
)

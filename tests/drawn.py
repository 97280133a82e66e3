"""A small drawn process for tests of pages that show diagrams: a review, a table, a called payment.

start → decide the limit (table) → review (a person, lapses after 48 h) → pay (called) → end
"""

from __future__ import annotations

import json

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
  id="definitions_{id}" targetNamespace="https://tuidan.example/test">
"""

_REVIEW = """  <bpmn:process id="trial_review" name="试用审核" isExecutable="true">
    <bpmn:startEvent id="start_trial" name="提出申请">
      <bpmn:outgoing>flow_started</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="flow_started" sourceRef="start_trial" targetRef="task_limit"/>
    <bpmn:businessRuleTask id="task_limit" name="查额度">
      <bpmn:documentation>Looks up how much may be paid.</bpmn:documentation>
      <bpmn:extensionElements>
        <spiffworkflow:calledDecisionId>trial_limit</spiffworkflow:calledDecisionId>
      </bpmn:extensionElements>
      <bpmn:incoming>flow_started</bpmn:incoming><bpmn:outgoing>flow_limited</bpmn:outgoing>
    </bpmn:businessRuleTask>
    <bpmn:sequenceFlow id="flow_limited" sourceRef="task_limit" targetRef="task_review"/>
    <bpmn:userTask id="task_review" name="审核申请">
      <bpmn:documentation>A reviewer agrees or refuses.</bpmn:documentation>
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="candidateGroup" value="&quot;reviewers&quot;"/>
        <spiffworkflow:property name="formJsonSchemaFilename" value="trial_review.form"/>
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>flow_limited</bpmn:incoming><bpmn:outgoing>flow_reviewed</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="timer_lapsed" name="{hours}小时未审核" attachedToRef="task_review">
      <bpmn:outgoing>flow_lapsed</bpmn:outgoing>
      <bpmn:timerEventDefinition id="timer_lapsed_definition">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">"PT{hours}H"</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="flow_lapsed" sourceRef="timer_lapsed" targetRef="end_lapsed"/>
    <bpmn:sequenceFlow id="flow_reviewed" sourceRef="task_review" targetRef="call_payment"/>
    <bpmn:callActivity id="call_payment" name="付款" calledElement="trial_payment">
      <bpmn:incoming>flow_reviewed</bpmn:incoming><bpmn:outgoing>flow_paid</bpmn:outgoing>
    </bpmn:callActivity>
    <bpmn:sequenceFlow id="flow_paid" sourceRef="call_payment" targetRef="end_paid"/>
    <bpmn:endEvent id="end_paid" name="已付款"><bpmn:incoming>flow_paid</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="end_lapsed" name="已过期"><bpmn:incoming>flow_lapsed</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
"""

_PAYMENT = """  <bpmn:process id="trial_payment" name="试用付款" isExecutable="true">
    <bpmn:startEvent id="start_payment" name="开始付款">
      <bpmn:outgoing>flow_asked</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="flow_asked" sourceRef="start_payment" targetRef="task_pay"/>
    <bpmn:serviceTask id="task_pay" name="执行付款">
      <bpmn:extensionElements>
        <spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="payment">
          <spiffworkflow:parameters/>
        </spiffworkflow:serviceTaskOperator>
      </bpmn:extensionElements>
      <bpmn:incoming>flow_asked</bpmn:incoming><bpmn:outgoing>flow_done</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="flow_done" sourceRef="task_pay" targetRef="end_payment"/>
    <bpmn:endEvent id="end_payment" name="付款完成"><bpmn:incoming>flow_done</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
"""

_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="trial_limits" name="试用额度"
  namespace="https://tuidan.example/test">
  <decision id="trial_limit" name="试用额度">
    <decisionTable id="trial_limit_table" hitPolicy="FIRST">
      <input id="input_amount" label="金额"><inputExpression id="input_amount_expression" typeRef="number">
        <text>amount</text></inputExpression></input>
      <output id="output_limit" label="上限" name="limit" typeRef="number"/>
      <rule id="rule_small"><inputEntry id="entry_small"><text>&lt; 1000</text></inputEntry>
        <outputEntry id="answer_small"><text>1000</text></outputEntry></rule>
      <rule id="rule_other"><inputEntry id="entry_other"><text></text></inputEntry>
        <outputEntry id="answer_other"><text>500</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""

_FORM = {
    "type": "default",
    "id": "trial_review",
    "schemaVersion": 16,
    "components": [
        {
            "type": "radio",
            "key": "decision",
            "label": "审核结果",
            "id": "field_decision",
            "validate": {"required": True},
            "values": [{"label": "同意", "value": "agree"}, {"label": "拒绝", "value": "refuse"}],
        },
        {"type": "textarea", "key": "explanation", "label": "说明", "id": "field_explanation"},
    ],
}

_SHAPES: dict[str, dict[str, tuple[int, int, int, int]]] = {
    "trial_review": {
        "start_trial": (160, 162, 36, 36),
        "task_limit": (260, 140, 100, 80),
        "task_review": (420, 140, 100, 80),
        "timer_lapsed": (482, 202, 36, 36),
        "call_payment": (600, 140, 100, 80),
        "end_paid": (780, 162, 36, 36),
        "end_lapsed": (620, 282, 36, 36),
    },
    "trial_payment": {
        "start_payment": (160, 162, 36, 36),
        "task_pay": (260, 140, 100, 80),
        "end_payment": (430, 162, 36, 36),
    },
}

_EDGES: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {
    "trial_review": {
        "flow_started": ((196, 180), (260, 180)),
        "flow_limited": ((360, 180), (420, 180)),
        "flow_reviewed": ((520, 180), (600, 180)),
        "flow_lapsed": ((500, 238), (500, 300), (620, 300)),
        "flow_paid": ((700, 180), (780, 180)),
    },
    "trial_payment": {
        "flow_asked": ((196, 180), (260, 180)),
        "flow_done": ((360, 180), (430, 180)),
    },
}


def _picture(process_id: str) -> str:
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>\n'
        for name, (x, y, width, height) in _SHAPES[process_id].items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{name}_di" bpmnElement="{name}">'
        + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
        + "</bpmndi:BPMNEdge>\n"
        for name, points in _EDGES[process_id].items()
    )
    return (
        f'  <bpmndi:BPMNDiagram id="diagram_{process_id}"><bpmndi:BPMNPlane id="plane_{process_id}"'
        f' bpmnElement="{process_id}">\n{shapes}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n'
    )


def _file(process_id: str, body: str) -> str:
    return _HEAD.format(id=process_id) + body + _picture(process_id) + "</bpmn:definitions>\n"


def review_process(*, hours: int = 48) -> str:
    """The BPMN of the review, which lapses after some hours."""
    return _file("trial_review", _REVIEW.format(hours=hours))


def trial_bundle(*, hours: int = 48, operation: str = "test.pay") -> dict[str, str]:
    """Everything that the review needs, by file name."""
    return {
        "trial_review.bpmn": review_process(hours=hours),
        "trial_payment.bpmn": _file("trial_payment", _PAYMENT.format(operation=operation)),
        "trial_limits.dmn": _TABLE,
        "forms/trial_review.form": json.dumps(_FORM, ensure_ascii=False),
    }

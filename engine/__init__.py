"""A BPMN runtime on SpiffWorkflow: it knows no order, no shop and no web."""

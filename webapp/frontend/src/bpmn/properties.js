// The few properties an analyst changes most, beside the drawing: name, documentation,
// the condition of a flow and the length of a timer. The page draws the fields
// ([data-property="name|documentation|condition|timer"]); this file fills and reads them.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

const TIMER_KINDS = ["timeDuration", "timeDate", "timeCycle"];

function timerOf(object) {
  const definition = object.eventDefinitions?.find((item) => is(item, "bpmn:TimerEventDefinition"));
  const kind = definition && TIMER_KINDS.find((name) => definition[name]);
  return kind ? { definition, kind } : null;
}

const properties = {
  name: {
    applies: () => true,
    read: (object) => object.name ?? "",
    write: (modeler, element, value) => modeler.get("modeling").updateProperties(element, { name: value }),
  },
  documentation: {
    applies: () => true,
    read: (object) => object.documentation?.[0]?.text ?? "",
    write(modeler, element, value) {
      const text = modeler.get("bpmnFactory").create("bpmn:Documentation", { text: value });
      modeler.get("modeling").updateProperties(element, { documentation: value ? [text] : [] });
    },
  },
  condition: {
    applies: (object) => is(object, "bpmn:SequenceFlow"),
    read: (object) => object.conditionExpression?.body ?? "",
    write(modeler, element, value) {
      const expression = modeler.get("bpmnFactory").create("bpmn:FormalExpression", { body: value });
      modeler.get("modeling").updateProperties(element, { conditionExpression: value ? expression : undefined });
    },
  },
  timer: {
    applies: (object) => Boolean(timerOf(object)),
    read(object) {
      const { definition, kind } = timerOf(object);
      return definition[kind].body ?? "";
    },
    write(modeler, element, value) {
      const { definition, kind } = timerOf(getBusinessObject(element));
      const body = modeler.get("bpmnFactory").create("bpmn:FormalExpression", { body: value });
      modeler.get("modeling").updateModdleProperties(element, definition, { [kind]: body });
    },
  },
};

export function startProperties(place, modeler) {
  const panel = place.querySelector("[data-properties]");
  if (!panel) return;
  let shown = null;
  const show = (element) => {
    shown = element ?? null;
    panel.hidden = !shown;
    if (!shown) return;
    const object = getBusinessObject(shown);
    panel.querySelector("[data-property-id]").textContent = object.id;
    for (const field of panel.querySelectorAll("[data-property]")) {
      const property = properties[field.dataset.property];
      const applies = property.applies(object);
      field.closest("[data-property-row]").hidden = !applies;
      if (applies) field.value = property.read(object);
    }
  };
  modeler.on("selection.changed", ({ newSelection }) => show(newSelection[0]?.labelTarget ?? newSelection[0]));
  modeler.on("element.changed", ({ element }) => element === shown && show(element));
  panel.addEventListener("change", ({ target }) => {
    const property = properties[target.dataset.property];
    if (property && shown) property.write(modeler, shown, target.value.trim());
  });
}

// Draws what an instance has done and where it stands: done path, tokens and badges.
//
// state: {done: [element id], active: [element id], flows: [[source id, target id]],
//         badges: [{element, kind: "token" | "incident" | "timer" | "finding", text, title}]}

const CLASSES = ["is-done", "is-active", "is-waiting", "is-incident", "is-finding"];
const PLACES = {
  token: { top: -12, left: -12 },
  incident: { top: -12, right: 12 },
  finding: { top: -12, right: 12 },
  timer: { top: -19, left: -4 },
};

function badge({ kind, text, title }) {
  const element = document.createElement("div");
  element.className = `diagram-badge diagram-badge-${kind}`;
  element.textContent = text;
  if (title) element.title = title;
  return element;
}

/** The sequence flows between two elements that were passed one after the other. */
function takenFlows(registry, flows) {
  const taken = new Set(flows.map(([source, target]) => `${source}\n${target}`));
  return registry
    .filter((element) => element.type === "bpmn:SequenceFlow" && element.waypoints)
    .filter(({ source, target }) => source && target && taken.has(`${source.id}\n${target.id}`))
    .map(({ id }) => id);
}

/** A boundary event waits beside its task: the token is drawn on the task alone. */
function isBeside(element) {
  return element?.type === "bpmn:BoundaryEvent";
}

export function mark(viewer, state) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const overlays = viewer.get("overlays");
  overlays.clear();
  registry.forEach(({ id }) => {
    for (const name of CLASSES) canvas.removeMarker(id, name);
  });
  const done = new Set(state.done ?? []);
  const active = new Set(state.active ?? []);
  const add = (id, name) => registry.get(id) && canvas.addMarker(id, name);
  for (const id of done) if (!active.has(id)) add(id, "is-done");
  for (const id of takenFlows(registry, state.flows ?? [])) add(id, "is-done");
  for (const id of active) if (!isBeside(registry.get(id))) add(id, "is-active");
  for (const item of state.badges ?? []) {
    const element = registry.get(item.element);
    if (!element || (item.kind === "token" && isBeside(element))) continue;
    if (item.kind === "timer") add(item.element, "is-waiting");
    if (item.kind === "incident" || item.kind === "finding") add(item.element, `is-${item.kind}`);
    overlays.add(item.element, `mark-${item.kind}`, { position: PLACES[item.kind], html: badge(item) });
  }
}

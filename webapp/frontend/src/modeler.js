// [data-modeler]: draws a process; what is drawn is put into a form of the page and sent by it.
//
// data-xml-url, data-xml-from   the XML to begin with, as for a diagram
// data-form      selector of the form whose [data-modeler-xml] field carries the XML
// Buttons inside: [data-model="undo|redo|fit|download"].
import Modeler from "bpmn-js/lib/Modeler";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css";
import "./diagram.css";
import { showFailure, xmlOf } from "./bpmn/source.js";
import { startProperties } from "./bpmn/properties.js";
import { fit, whole } from "./bpmn/viewer.js";

const PALETTE_WIDTH = 190;

function offerDownload(xml, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function currentXml(modeler) {
  const { xml } = await modeler.saveXML({ format: true });
  return xml;
}

function wireButtons(place, modeler) {
  const stack = modeler.get("commandStack");
  const actions = {
    undo: () => stack.canUndo() && stack.undo(),
    redo: () => stack.canRedo() && stack.redo(),
    fit: () => whole(modeler),
    download: async () => offerDownload(await currentXml(modeler), place.dataset.fileName ?? "process.bpmn"),
  };
  for (const button of place.querySelectorAll("[data-model]")) {
    button.addEventListener("click", () => actions[button.dataset.model]?.());
  }
  let dirty = false;
  modeler.on("commandStack.changed", () => {
    dirty = stack.canUndo();
    place.dataset.changed = String(dirty);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  return () => {
    dirty = false;
  };
}

function wireForm(place, modeler, clean) {
  const form = document.querySelector(place.dataset.form);
  if (!form) return;
  let ready = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    form.querySelector("[data-modeler-xml]").value = await currentXml(modeler);
    ready = true;
    clean();
    // While the first submission is still being announced, another one is ignored.
    window.setTimeout(() => form.requestSubmit(event.submitter));
  });
}

async function start(place) {
  const modeler = new Modeler({ container: place.querySelector("[data-canvas]") });
  place.modeler = modeler;
  try {
    await modeler.importXML(await xmlOf(place));
    fit(modeler, { margin: PALETTE_WIDTH });
    startProperties(place, modeler);
    wireForm(place, modeler, wireButtons(place, modeler));
    place.dataset.state = "shown";
  } catch (error) {
    showFailure(place, error);
  }
}

for (const place of document.querySelectorAll("[data-modeler]")) start(place);

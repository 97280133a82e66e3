// [data-diagram]: a BPMN diagram on a page.
//
// data-xml-url      where its XML is, or
// data-xml-from     selector of the field that holds it
// data-file         its name, where a page shows several
// data-state-url    what to mark on it (see bpmn/marks.js), fetched again while data-live is set
// data-details-url  a part of a page about one element, asked for with ?element=…
// data-details      selector of the place where that part is shown
// [data-zoom="in|out|fit"] inside, and [data-focus-element="id"] anywhere, act on it.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css";
import "./diagram.css";
import { mark } from "./bpmn/marks.js";
import { createViewer, focusOn, settle, showAction, zoom } from "./bpmn/viewer.js";
import { load, showFailure, xmlOf } from "./bpmn/source.js";

const REFRESH_MILLISECONDS = 4000;
const QUIET = ["bpmn:Process", "bpmn:Collaboration", "label"];

async function showDetails(place, element) {
  const target = document.querySelector(place.dataset.details);
  if (!target) return;
  if (!place.dataset.detailsUrl) {
    const documentation = element.businessObject.documentation?.[0]?.text ?? "";
    target.replaceChildren(element.businessObject.name ?? element.id, " — ", documentation || element.id);
    return;
  }
  const url = new URL(place.dataset.detailsUrl, window.location.href);
  const { name, documentation, calledElement } = element.businessObject;
  url.searchParams.set("element", element.id);
  url.searchParams.set("name", name ?? "");
  url.searchParams.set("documentation", documentation?.[0]?.text ?? "");
  url.searchParams.set("called", calledElement ?? "");
  target.setAttribute("aria-busy", "true");
  try {
    target.innerHTML = await load(url, "text");
    window.htmx?.process(target);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

async function refresh(place, viewer) {
  if (!place.dataset.stateUrl) {
    const inline = place.querySelector('script[type="application/json"]');
    if (inline) mark(viewer, JSON.parse(inline.textContent));
    return null;
  }
  const state = await load(place.dataset.stateUrl, "json");
  const fingerprint = JSON.stringify(state);
  if (fingerprint === viewer.shownState) return state;
  viewer.shownState = fingerprint;
  mark(viewer, state);
  if (state.ended) delete place.dataset.live;
  return state;
}

function keepFresh(place, viewer) {
  window.setInterval(() => {
    if (place.dataset.live === undefined || document.hidden) return;
    refresh(place, viewer).catch(() => {
      // The server is away for a moment: the next round asks again.
    });
  }, REFRESH_MILLISECONDS);
}

function listen(place, viewer) {
  for (const button of place.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(viewer, button.dataset.zoom));
  }
  document.addEventListener("click", (event) => {
    const { focusElement, focusFile } = event.target.closest("[data-focus-element]")?.dataset ?? {};
    if (!focusElement || (focusFile && focusFile !== place.dataset.file)) return;
    if (!focusOn(viewer, focusElement)) return;
    event.preventDefault();
    place.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  viewer.on("selection.changed", ({ newSelection: [element] }) => {
    if (element && !QUIET.includes(element.type)) showDetails(place, element.labelTarget ?? element);
  });
}

async function start(place) {
  const container = place.querySelector("[data-canvas]");
  const viewer = createViewer(container);
  try {
    await viewer.importXML(await xmlOf(place));
    settle(viewer, container);
    listen(place, viewer);
    const state = await refresh(place, viewer);
    showAction(viewer, state?.focus ?? []);
    place.dataset.state = "shown";
    keepFresh(place, viewer);
    if (place.dataset.focus) focusOn(viewer, place.dataset.focus);
  } catch (error) {
    showFailure(place, error);
  }
}

for (const place of document.querySelectorAll("[data-diagram]")) start(place);

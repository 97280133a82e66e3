// [data-decisions]: shows the decision tables of a DMN file, with a tab for each.
import DmnViewer from "dmn-js/lib/NavigatedViewer";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-font/css/dmn-embedded.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";

function tabFor(viewer, view, tabs) {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.className = "decision-tab";
  tab.textContent = view.name || view.id;
  tab.addEventListener("click", async () => {
    await viewer.open(view);
    for (const other of tabs.children) other.setAttribute("aria-pressed", String(other === tab));
  });
  return tab;
}

async function show(place) {
  const answer = await fetch(place.dataset.xmlUrl, { credentials: "same-origin" });
  const tabs = document.createElement("div");
  tabs.className = "decision-tabs";
  const container = document.createElement("div");
  container.className = "decision-canvas";
  place.append(tabs, container);
  const viewer = new DmnViewer({ container });
  try {
    if (!answer.ok) throw new Error(String(answer.status));
    await viewer.importXML(await answer.text(), { open: false });
    const views = viewer.getViews().filter((view) => view.type !== "drd");
    const shown = views.length ? views : viewer.getViews();
    tabs.hidden = shown.length < 2;
    tabs.append(...shown.map((view) => tabFor(viewer, view, tabs)));
    await viewer.open(shown[0]);
    tabs.firstElementChild?.setAttribute("aria-pressed", "true");
    place.dataset.state = "shown";
  } catch (error) {
    container.textContent = `${place.dataset.textFailed ?? ""} ${error.message}`;
    place.dataset.state = "failed";
  }
}

for (const place of document.querySelectorAll("[data-decisions]")) show(place);

// A read-only diagram that pages can mark: zoom by buttons or Ctrl + wheel, drag to move.
// The wheel alone keeps scrolling the page, and so does a finger moved up and down.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const ZOOM_STEP = 0.25;
const LARGEST_FIT = 1.15;
const SMALLEST_READABLE = 0.75;
const MARGIN = 150;
const LEAST_HEIGHT = 260;

function panByTouch(container, canvas) {
  let last = null;
  container.addEventListener("pointerdown", (event) => {
    last = event.pointerType === "touch" ? event : null;
  });
  container.addEventListener("pointermove", (event) => {
    if (!last || event.pointerId !== last.pointerId) return;
    canvas.scroll({ dx: event.clientX - last.clientX, dy: 0 });
    last = event;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    container.addEventListener(end, () => {
      last = null;
    });
  }
}

function zoomByCtrlWheel(container, viewer) {
  container.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = container.getBoundingClientRect();
      const canvas = viewer.get("canvas");
      const factor = event.deltaY < 0 ? 1 + ZOOM_STEP / 2 : 1 / (1 + ZOOM_STEP / 2);
      canvas.zoom(canvas.zoom() * factor, { x: event.clientX - box.left, y: event.clientY - box.top });
    },
    { passive: false },
  );
}

/** Takes no more of the page than the diagram needs; a stylesheet sets the most. */
export function settle(viewer, container) {
  const { inner } = viewer.get("canvas").viewbox();
  const scale = Math.min(LARGEST_FIT, container.clientWidth / inner.width);
  const wanted = Math.max(inner.height * Math.max(scale, SMALLEST_READABLE) + MARGIN, LEAST_HEIGHT);
  if (wanted < container.clientHeight) container.style.height = `${Math.ceil(wanted)}px`;
  viewer.get("canvas").resized();
  fit(viewer);
}

/** Shows the whole diagram where it can be read, otherwise its beginning at a readable size. */
export function fit(viewer, { margin = 20 } = {}) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const scale = canvas.zoom();
  if (scale > LARGEST_FIT) {
    canvas.zoom(LARGEST_FIT, "auto");
  } else if (scale < SMALLEST_READABLE) {
    // The rest is reached by dragging; reading begins at the left.
    const { inner, outer } = canvas.viewbox();
    const width = outer.width / SMALLEST_READABLE;
    const height = outer.height / SMALLEST_READABLE;
    const middle = inner.height <= height ? inner.y + inner.height / 2 : beginning(viewer, inner);
    const y = middle - height / 2;
    canvas.viewbox({ x: inner.x - margin, y, width, height });
  }
}

/** Brings what is going on into the middle, where not all of the diagram can be read at once. */
export function showAction(viewer, ids) {
  const canvas = viewer.get("canvas");
  const { inner, outer, scale } = canvas.viewbox();
  const element = ids.map((id) => viewer.get("elementRegistry").get(id)).find(Boolean);
  if (!element || (inner.width * scale <= outer.width && inner.height * scale <= outer.height)) return;
  const width = outer.width / scale;
  const height = outer.height / scale;
  const x = element.x + element.width / 2 - width / 2;
  const y = element.y + element.height / 2 - height / 2;
  canvas.viewbox({ x, y, width, height });
}

function beginning(viewer, inner) {
  const [start] = viewer.get("elementRegistry").filter(({ type }) => type === "bpmn:StartEvent");
  return start && inner.height > 0 ? start.y + start.height / 2 : inner.y + inner.height / 2;
}

export function whole(viewer) {
  viewer.get("canvas").zoom("fit-viewport", "auto");
}

/** Moves an element into the middle and selects it. */
export function focusOn(viewer, id) {
  const element = viewer.get("elementRegistry").get(id);
  if (!element) return false;
  const root = viewer.get("canvas").findRoot(element);
  if (root) viewer.get("canvas").setRootElement(root);
  viewer.get("canvas").scrollToElement(element, 80);
  viewer.get("selection").select(element);
  return true;
}

export function createViewer(container) {
  const viewer = new NavigatedViewer({ container, zoomScroll: { enabled: false } });
  panByTouch(container, viewer.get("canvas"));
  zoomByCtrlWheel(container, viewer);
  return viewer;
}

export function zoom(viewer, direction) {
  const canvas = viewer.get("canvas");
  if (direction === "fit") whole(viewer);
  else canvas.zoom(canvas.zoom() * (direction === "in" ? 1 + ZOOM_STEP : 1 / (1 + ZOOM_STEP)));
}

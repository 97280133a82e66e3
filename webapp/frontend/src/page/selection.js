// <input type="checkbox" data-select-all="name">: ticks all boxes of that name;
// [data-selected-count="name"] shows how many are ticked, and buttons with
// [data-needs-selection="name"] are off while none is.

function boxes(root, name) {
  return [...root.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];
}

function refresh(root, name) {
  const all = boxes(root, name);
  const ticked = all.filter((box) => box.checked).length;
  for (const master of root.querySelectorAll(`[data-select-all="${CSS.escape(name)}"]`)) {
    master.checked = all.length > 0 && ticked === all.length;
    master.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const label of root.querySelectorAll(`[data-selected-count="${CSS.escape(name)}"]`)) {
    label.textContent = String(ticked);
  }
  for (const button of root.querySelectorAll(`[data-needs-selection="${CSS.escape(name)}"]`)) {
    button.disabled = ticked === 0;
  }
}

export function startSelectAll(root) {
  const names = () => new Set([...root.querySelectorAll("[data-select-all]")].map((box) => box.dataset.selectAll));
  root.addEventListener("change", (event) => {
    const name = event.target.dataset?.selectAll;
    if (name) for (const box of boxes(root, name)) box.checked = event.target.checked;
    for (const known of names()) refresh(root, known);
  });
  for (const name of names()) refresh(root, name);
}

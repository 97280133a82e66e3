// Where a diagram's XML comes from, and what is said when it can't be drawn.

export async function load(url, kind) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${answer.statusText}`);
  return kind === "json" ? answer.json() : answer.text();
}

/** The XML of the page's own field, or from an address. */
export async function xmlOf(place) {
  if (place.dataset.xmlFrom) return document.querySelector(place.dataset.xmlFrom).value;
  return load(place.dataset.xmlUrl, "text");
}

export function showFailure(place, error) {
  place.dataset.state = "failed";
  const message = document.createElement("p");
  message.className = "diagram-failed";
  message.textContent = `${place.dataset.textFailed ?? ""} ${error.message}`;
  place.append(message);
}

// <time datetime="…" data-countdown>: counts down (or up) in the reader's language.
//
// The product's clock isn't the browser's: the page says its own instant in
// <html data-server-now="…"> (any element may), and the difference is kept.

const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function clockOffset(root) {
  const stamp = root.querySelector("[data-server-now]")?.dataset.serverNow;
  const instant = stamp ? Date.parse(stamp) : NaN;
  return Number.isNaN(instant) ? 0 : instant - Date.now();
}

function wording(seconds, language) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const size = Math.abs(seconds);
  for (const [unit, length] of UNITS) {
    if (size >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(Math.trunc(seconds), "second");
}

export function startCountdowns(root) {
  const offset = clockOffset(root);
  const language = root.documentElement.lang || "zh-CN";
  const tick = () => {
    const now = Date.now() + offset;
    for (const element of root.querySelectorAll("time[data-countdown]")) {
      const due = Date.parse(element.dateTime);
      if (Number.isNaN(due)) continue;
      const seconds = (due - now) / 1000;
      const text = wording(seconds, language);
      if (element.textContent !== text) element.textContent = text;
      element.classList.toggle("is-over", seconds <= 0);
      element.classList.toggle("is-soon", seconds > 0 && seconds < 6 * 3600);
    }
  };
  tick();
  window.setInterval(tick, 1000);
}

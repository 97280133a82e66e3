// What people's pages add to plain HTML: deadlines that count down, fields that appear when
// they apply, forms that are sent once, menus that close. Every page works without it.
(() => {
  "use strict";

  const text = (name, value) => (document.body.dataset[name] || "{n}").replace("{n}", value);
  let skew = 0;
  let reading = false;

  // The product's clock may be ahead of the browser's: count from what the server said.
  const readClock = (iso) => {
    const server = Date.parse(iso || "");
    if (!Number.isNaN(server)) skew = server - Date.now();
  };

  const spell = (seconds) => {
    const parts = [];
    for (const [unit, size] of [["textDays", 86400], ["textHours", 3600], ["textMinutes", 60]]) {
      const count = Math.floor(seconds / size);
      seconds -= count * size;
      if (count) parts.push(text(unit, count));
    }
    return parts.slice(0, 2).join(" ") || text("textSoon", "");
  };

  const tick = () => {
    const now = Date.now() + skew;
    for (const node of document.querySelectorAll("[data-countdown]")) {
      const left = Math.floor((Date.parse(node.dataset.countdown) - now) / 1000);
      const owner = node.closest("[data-urgency]");
      if (owner) {
        owner.dataset.urgency = left <= 0 ? "over" : left <= 21600 ? "soon" : left <= 86400 ? "near" : "far";
      }
      node.textContent = left <= 0 ? text("textOver", "") : text("textLeft", spell(left));
    }
  };

  // data-show-when="decision" data-show-values="refuse": shown while the field has the value.
  const valueOf = (form, name) => {
    const checked = form.querySelector(`[name="${CSS.escape(name)}"]:checked:not(:disabled)`);
    if (checked) return checked.value;
    const field = form.elements[name];
    return field && field.type && field.type !== "radio" && field.type !== "checkbox" ? field.value : "";
  };

  const reveal = (form) => {
    for (const node of form.querySelectorAll("[data-show-when]")) {
      const values = JSON.parse(node.dataset.showValues || "[]");
      const equal = values.includes(valueOf(form, node.dataset.showWhen));
      const shown = node.dataset.showUnless === undefined ? equal : !equal;
      node.hidden = !shown;
      for (const field of node.querySelectorAll("input, select, textarea")) field.disabled = !shown;
    }
  };

  const countSelected = (form) => {
    const chosen = form.querySelectorAll("[data-pick]:checked").length;
    for (const node of form.querySelectorAll("[data-picked-count]")) node.textContent = chosen;
    for (const node of form.querySelectorAll("[data-needs-pick]")) node.hidden = chosen === 0;
    const all = form.querySelector("[data-pick-all]");
    const boxes = form.querySelectorAll("[data-pick]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };

  const prepare = (root) => {
    for (const form of root.querySelectorAll("form")) {
      reveal(form);
      if (form.querySelector("[data-pick]")) countSelected(form);
    }
    for (const node of root.querySelectorAll("[data-without-script]")) node.hidden = true;
    tick();
  };

  // A row of tabs that is wider than the screen shows the one that is open.
  const showOpenTab = () => {
    for (const row of document.querySelectorAll(".tabs")) {
      const open = row.querySelector("[aria-current]");
      if (!open || row.dataset.shown || row.scrollWidth <= row.clientWidth) continue;
      row.dataset.shown = "yes";
      const place = open.getBoundingClientRect();
      row.scrollLeft += place.left - row.getBoundingClientRect().left - (row.clientWidth - place.width) / 2;
    }
  };

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      for (const box of form.querySelectorAll("[data-pick]")) box.checked = event.target.checked;
    }
    reveal(form);
    countSelected(form);
    if (event.target.matches("[data-submit-on-change]")) form.requestSubmit();
  });

  // A form is sent once; coming back to the page makes it usable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.removeAttribute("open");
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) {
      closeMenus(null);
      open.querySelector("summary").focus();
    }
  });

  const filledIn = (field) => {
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue;
  };

  // While something is chosen or typed, a list must not be replaced under the reader's hands.
  // A part that holds no field may be; nothing counts as read while nobody looks at the page.
  document.addEventListener("htmx:before:request", (event) => {
    if (!event.target.closest) return;
    if (event.target.closest("[data-refresh-while-typing]")) {
      if (document.hidden || (reading && event.target.id === "messages")) event.preventDefault();
      return;
    }
    if (event.target.closest("form")) return;
    const list = event.target.closest("[data-keep-while-busy]");
    const busy = list && (list.querySelector("[data-pick]:checked") || list.contains(document.activeElement)
      || [...list.querySelectorAll("input, textarea")].some(filledIn));
    if (busy) event.preventDefault();
  });
  document.addEventListener("htmx:after:request", (event) => {
    const answer = event.detail && event.detail.ctx && event.detail.ctx.response;
    if (answer) readClock(answer.headers.get("X-Product-Time"));
  });
  document.addEventListener("htmx:after:swap", () => {
    showOpenTab();
    prepare(document);
    const field = document.querySelector("[data-focus]");
    if (field) {
      field.removeAttribute("data-focus");
      field.focus();
    }
    toTheLatest();
  });

  // A conversation shows its end, unless the reader has gone back to what was written before.
  const toTheLatest = () => {
    const list = document.querySelector(".messages");
    if (!list) return;
    if (!reading) list.scrollTop = list.scrollHeight;
    list.addEventListener("scroll", () => {
      reading = list.scrollTop + list.clientHeight < list.scrollHeight - 40;
    });
  };

  readClock(document.body.dataset.now);
  prepare(document);
  showOpenTab();
  toTheLatest();
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  setInterval(tick, 15000);
})();

// What every page loads: htmx, and small behaviours that pages ask for by data attributes.
// Every page works without this file; nothing here decides anything.
import htmx from "htmx.org/dist/htmx.esm.js";
import { startConfirming } from "./page/confirm.js";
import { startCountdowns } from "./page/countdown.js";
import { startSelectAll } from "./page/selection.js";

window.htmx = htmx;

startConfirming(document);
startCountdowns(document);
startSelectAll(document);

// What every page loads: htmx, and the question before a form that can't be taken back.
// Every page works without this file; nothing here decides anything.
import htmx from "htmx.org/dist/htmx.esm.js";
import { startConfirming } from "./page/confirm.js";

window.htmx = htmx;

startConfirming(document);

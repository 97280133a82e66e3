// [data-form-preview]: draws a form-js schema from the <script type="application/json"> inside.
import { Form } from "@bpmn-io/form-js-viewer";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";

async function preview(place) {
  const schema = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
  const container = document.createElement("div");
  place.append(container);
  const form = new Form({ container });
  try {
    await form.importSchema(schema, {});
    place.dataset.state = "shown";
  } catch (error) {
    container.textContent = `${place.dataset.textFailed ?? ""} ${error.message}`;
    place.dataset.state = "failed";
  }
}

for (const place of document.querySelectorAll("[data-form-preview]")) preview(place);

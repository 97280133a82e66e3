// <form data-confirm="question"> or <button data-confirm="question">: asks before it is sent.

export function startConfirming(root) {
  root.addEventListener(
    "submit",
    (event) => {
      const asking = event.submitter?.dataset.confirm ?? event.target.dataset?.confirm;
      if (asking && !window.confirm(asking)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );
}

// While unusually many join, the browser works for a moment (altcha's own worker, served by us) and
// sends what it found. Without this script, and where it fails, the server asks for a wait instead.
(() => {
  "use strict";

  const status = document.querySelector("[data-proof]");
  const form = status?.closest("form");
  // Browsers give no cryptography to pages without TLS, except those of this very machine.
  if (!form || !window.Worker || !window.crypto?.subtle) return;
  const field = form.elements.namedItem("proof");
  const challenge = JSON.parse(status.dataset.proof);
  const without = status.textContent;
  let wanted = false;
  let over = false;

  // Before the other listeners of the form: what is held here is not yet sent.
  form.addEventListener("submit", (event) => {
    if (over) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wanted = true;
    tell(status.dataset.sending);
  }, true);

  tell(status.dataset.working);
  const worker = new Worker(status.dataset.worker);
  worker.addEventListener("message", (event) => end(event.data));
  worker.addEventListener("error", () => end(null));
  worker.postMessage({ type: "work", challenge, counterMode: "uint32", counterStart: 0, counterStep: 1 });

  function end(solution) {
    worker.terminate();
    over = true;
    if (solution?.derivedKey) {
      field.value = btoa(JSON.stringify({ challenge, solution }));
      tell(status.dataset.done);
    } else {
      tell(without);
    }
    if (wanted) form.requestSubmit();
  }

  function tell(text) {
    status.textContent = text;
  }
})();

// Sending files on a slow line: what is too large is said before it is sent, and how far it got is
// seen meanwhile. Without this script the same form is sent as any other.
(() => {
  "use strict";

  const figures = new Intl.NumberFormat(document.documentElement.lang === "fa" ? "fa-IR" : "en-GB");
  const RENEW_MS = 500;
  watch();

  function watch() {
    const input = document.querySelector("[data-upload]");
    if (!input) return;
    const form = input.form;
    input.addEventListener("change", () => input.setCustomValidity(problemOf(input)) || input.reportValidity());
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !input.files.length) return;
      event.preventDefault();
      if (problemOf(input)) input.reportValidity();
      else send(form);
    });
  }

  function problemOf(input) {
    const { largest, tooLarge, tooMany } = input.dataset;
    const huge = [...input.files].find((file) => file.size > Number(largest));
    if (huge) return tooLarge.replace("{name}", `\u2068${huge.name}\u2069`);
    return input.files.length > 5 ? tooMany : "";
  }

  function send(form) {
    const box = form.querySelector("[data-progress]");
    const bar = box.querySelector("progress");
    const words = box.querySelector("[role=status]");
    const request = new XMLHttpRequest();
    const begun = Date.now();
    let said = 0;
    box.hidden = false;
    bar.value = 0;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const share = event.loaded / event.total;
      bar.value = share * 100;
      if (share === 1) { words.textContent = words.dataset.working; return; }
      if (Date.now() - said < RENEW_MS) return;
      said = Date.now();
      const left = Math.ceil(((said - begun) / share - (said - begun)) / 1000);
      const sent = words.dataset.sending.replace("{n}", figures.format(Math.floor(share * 100)));
      words.textContent = share > 0.02 ? `${sent} · ${words.dataset.left.replace("{n}", figures.format(left))}` : sent;
    });
    request.addEventListener("load", () => show(request));
    request.addEventListener("error", () => {
      box.querySelector("progress").value = 0;
      words.textContent = words.dataset.failed;
      // As after coming back to the page: the form may be sent again at once.
      dispatchEvent(new Event("pageshow"));
    });
    request.open("POST", form.action);
    request.send(new FormData(form));
  }

  // A success was answered by sending the browser on; anything else is a page to show in place.
  function show(request) {
    if (request.status === 200 && request.responseURL) {
      location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = answer.title;
    document.querySelector("main").replaceWith(answer.querySelector("main"));
    const summary = document.querySelector("[data-errors]");
    if (summary) summary.focus();
    watch();
  }
})();

// The search over everything public, by keyboard: "/" goes to the box, arrows move through the results,
// Escape goes back to the box. "/" is off while somebody types and can be switched off for good, with
// the other single keys (WCAG 2.1.4). Without this the box is a form as any other.
(() => {
  "use strict";

  const fold = document.querySelector("details[data-site-search]");
  const box = document.querySelector("[data-search-box]");
  const results = [...document.querySelectorAll("a[data-result]")];
  let off = remembered();

  document.addEventListener("keydown", hear);
  fold?.addEventListener("toggle", () => { if (fold.open) fold.querySelector("input").focus(); });
  document.querySelectorAll("[data-search-keys]").forEach(offerSwitch);

  function hear(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/" && !off && !isTyping(event.target)) goToBox(event);
    else if (box && event.target === box) { if (event.key === "ArrowDown") go(event, 0); }
    else if (results.includes(event.target)) move(event, results.indexOf(event.target));
  }

  function isTyping(target) {
    return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
  }

  function goToBox(event) {
    if (box) { event.preventDefault(); box.focus(); box.select(); return; }
    if (!fold) return;
    event.preventDefault();
    // On a phone the box has a page of its own.
    if (getComputedStyle(fold).display === "none") location.assign(fold.querySelector("form").action);
    // At once: the fold tells of its opening later, and what is typed until then would be lost.
    else { fold.open = true; fold.querySelector("input").focus(); }
  }

  function move(event, place) {
    if (event.key === "Escape" || (event.key === "ArrowUp" && place === 0)) goToBox(event);
    else if (event.key === "ArrowDown") go(event, Math.min(place + 1, results.length - 1));
    else if (event.key === "ArrowUp") go(event, place - 1);
    else if (event.key === "Home") go(event, 0);
    else if (event.key === "End") go(event, results.length - 1);
  }

  function go(event, place) {
    if (!results[place]) return;
    event.preventDefault();
    results[place].focus();
  }

  function offerSwitch(help) {
    const input = help.querySelector("input");
    help.hidden = false;
    input.checked = !off;
    input.addEventListener("change", () => { off = !input.checked; remember(); });
  }

  function remembered() {
    try { return localStorage.getItem("keys-off") === "1"; } catch { return false; }
  }

  function remember() {
    try { localStorage.setItem("keys-off", off ? "1" : "0"); } catch { /* private window: for this page only */ }
  }
})();

// Keeps the list of similar proposals beside the form fresh while somebody writes. Without it the
// server fills the list whenever the page is made.
(() => {
  "use strict";

  const EVERY = 2000;
  const SHORTEST = 4;
  const place = document.querySelector("[data-similar]");
  const title = document.querySelector("[name='title']");
  if (!place || !title) return;
  const summary = document.querySelector("[name='summary']");
  let asked = words();
  let last = 0;
  let timer = 0;
  let waiting;

  [title, summary].forEach((field) => field?.addEventListener("input", plan));

  function words() {
    return JSON.stringify([title.value.trim(), summary ? summary.value.trim() : ""]);
  }

  // After a pause in typing, and never more than once in two seconds.
  function plan() {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(700, last + EVERY - Date.now()));
  }

  async function ask() {
    const now = words();
    if (now === asked) return;
    asked = now;
    last = Date.now();
    if (waiting) waiting.abort();
    waiting = new AbortController();
    const [typed, more] = JSON.parse(now);
    if (typed.length < SHORTEST) return show(null);
    const address = new URL(place.dataset.similar, location.href);
    address.searchParams.set("title", typed.slice(0, 200));
    address.searchParams.set("summary", more.slice(0, 300));
    try {
      const answer = await fetch(address, { signal: waiting.signal, redirect: "manual" });
      if (!answer.ok) return;
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The line is gone, or the next question came first: what is shown stays.
      asked = "";
    }
  }

  function show(page) {
    const found = page?.querySelector("[data-similar]");
    const markup = found ? found.innerHTML : "";
    // Unchanged is not news: nothing is read out again.
    if (markup === place.innerHTML) return;
    page?.querySelectorAll("symbol").forEach(addIcon);
    const nodes = found ? [...found.childNodes] : [];
    place.replaceChildren(...nodes.map((node) => document.importNode(node, true)));
  }

  function addIcon(symbol) {
    const sprite = document.querySelector("svg[hidden]");
    if (sprite && !document.getElementById(symbol.id)) sprite.append(document.importNode(symbol, true));
  }
})();

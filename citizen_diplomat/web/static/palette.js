// The command palette of staff: Ctrl+K (Cmd+K) or its button in the header opens it over the page. A
// combobox with a listbox as WAI-ARIA APG describes it: the focus stays in the box, arrows choose, Enter
// opens, Escape closes. Every option is a link. Without this the button leads to a page that does the same.
(() => {
  "use strict";

  const PAUSE = 150;
  const dialog = document.querySelector("dialog[data-palette]");
  if (!dialog || !dialog.showModal) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const said = dialog.querySelector("[role=status]");
  let options = [];
  let chosen = -1;
  let asked = null;
  let round = 0;
  let timer = 0;
  let waiting = null;
  // Enter that came before the answer, and with which keys: the first option is opened then.
  let hurried = null;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyK") return;
    if (dialog.open) { event.preventDefault(); dialog.close(); }
    else if (!document.querySelector("dialog[open]")) { event.preventDefault(); open(); }
  });
  document.querySelectorAll("a[data-find]").forEach((link) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open();
  }));
  dialog.querySelector("[data-shut]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { clearTimeout(timer); timer = 0; hurried = null; });
  input.addEventListener("input", plan);
  input.addEventListener("keydown", press);
  list.addEventListener("pointermove", (event) => {
    const under = options.indexOf(event.target.closest("[role=option]"));
    if (under >= 0 && under !== chosen) choose(under);
  });

  function open() {
    dialog.showModal();
    input.focus();
    input.select();
    if (input.value.trim() !== asked) ask();
  }

  // What stands there belongs to the text before: nothing of it can be opened any more.
  function plan() {
    choose(-1);
    hurried = null;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    clearTimeout(timer);
    timer = 0;
    const now = input.value.trim();
    round += 1;
    const mine = round;
    waiting?.abort();
    waiting = new AbortController();
    list.setAttribute("aria-busy", "true");
    const address = new URL(dialog.dataset.palette, location.href);
    address.searchParams.set("q", now);
    try {
      const answer = await fetch(address, { signal: waiting.signal, redirect: "manual" });
      const text = answer.ok ? await answer.text() : null;
      // An answer that was overtaken changes nothing.
      if (mine === round) settle(now, text);
    } catch {
      if (mine === round) settle(now, null);
    }
  }

  function settle(text, page) {
    waiting = null;
    list.removeAttribute("aria-busy");
    asked = page === null ? null : text;
    const found = page === null ? null : new DOMParser().parseFromString(page, "text/html");
    const place = found?.querySelector("[data-options]");
    found?.querySelectorAll("symbol").forEach(addIcon);
    list.replaceChildren(...(place ? [...place.childNodes].map((node) => document.importNode(node, true)) : []));
    options = [...list.querySelectorAll("[role=option]")];
    input.setAttribute("aria-expanded", String(options.length > 0));
    said.textContent = place ? place.dataset.said : dialog.dataset.failed;
    choose(options.length ? 0 : -1);
    if (hurried && dialog.open) follow(hurried);
    hurried = null;
  }

  function press(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (chosen < 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + options.length) % options.length);
    } else if (event.key === "Enter") {
      if (timer || waiting) { event.preventDefault(); hurried = event; if (timer) ask(); }
      else if (chosen >= 0) { event.preventDefault(); follow(event); }
    }
  }

  function follow(event) {
    if (chosen < 0) return;
    const { ctrlKey, metaKey, shiftKey } = event;
    options[chosen].dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
  }

  function choose(next) {
    chosen = next;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
    if (next < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", options[next].id);
    options[next].scrollIntoView({ block: "nearest" });
  }

  function addIcon(symbol) {
    const sprite = document.querySelector("svg[hidden]");
    if (sprite && !document.getElementById(symbol.id)) sprite.append(document.importNode(symbol, true));
  }
})();

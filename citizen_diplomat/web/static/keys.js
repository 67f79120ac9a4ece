// The single keys of the desk, on pages with [data-keys]: a control with data-key="c" is pressed by c,
// one with data-key="n j" by either. They are off while typing and can be switched off for good (WCAG
// 2.1.4); every control also works without them. No single key decides anything: what decides at once
// carries data-confirm and only gets the focus, for Enter to press it.
(() => {
  "use strict";

  const room = document.querySelector("[data-keys]");
  if (!room) return;
  const all = (selector, root = room) => [...root.querySelectorAll(selector)];
  const by = (key) => `[data-key~="${CSS.escape(key)}"]`;
  let off = remembered("keys-off");
  let overlay = null;

  all("[data-keys-switch]").forEach(offerSwitch);
  document.addEventListener("keydown", hear);

  function offerSwitch(box) {
    const input = box.querySelector("input");
    box.hidden = false;
    input.checked = !off;
    input.addEventListener("change", () => { off = !input.checked; remember("keys-off", off); });
  }

  function hear(event) {
    if (off || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    const key = latin(event);
    if (key === "Enter" && event.target !== document.body) return;
    if (key === "?") { event.preventDefault(); help(); return; }
    if (overlay && overlay.open) return;
    if (key === "Escape") close();
    else if ((key === "j" || key === "k") && rows().length) move(event, key);
    // A key that is held down would go on pressing on the next page.
    else if (!event.repeat) press(event, key);
  }

  function rows() { return all("table.queue tbody tr"); }

  function chosen() { return rows().findIndex((row) => row.classList.contains("on")); }

  function move(event, key) {
    const list = rows();
    const next = Math.min(Math.max(chosen() + (key === "j" ? 1 : -1), 0), list.length - 1);
    list.forEach((row, index) => row.classList.toggle("on", index === next));
    const link = list[next].querySelector("a.t");
    if (link) link.focus();
    event.preventDefault();
  }

  function press(event, key) {
    const target = meant(key);
    if (!target) return;
    event.preventDefault();
    if (target.matches("details")) toggle(target);
    else if (target.matches("[data-confirm], input:not([type=submit], [type=radio], [type=checkbox]), select, textarea")) target.focus();
    else target.click();
  }

  // The fold that is open goes first, then the chosen row, then the page.
  function meant(key) {
    const row = rows()[chosen()];
    const open = all("details[data-first][open]").pop();
    return (open && open.querySelector(by(key)))
      || (row && row.querySelector(key === "Enter" || key === "o" ? "a.t" : by(key)))
      || all(by(key)).find((one) => !one.dataset.unless || !typedInto(one.dataset.unless));
  }

  // Whether somebody has begun to fill a form by hand, which then is the one to go on with.
  function typedInto(id) {
    const form = document.getElementById(id);
    return form !== null && [...form.elements].some(
      (control) => control.matches("select, textarea, input:not([type=hidden])") && control.value.trim() !== "",
    );
  }

  function toggle(fold) {
    const opens = !fold.open;
    close();
    fold.open = opens;
    fold.querySelector("summary").focus();
    fold.scrollIntoView({ block: "nearest" });
  }

  function close() { all("details[data-first][open]").forEach((fold) => { fold.open = false; }); }

  // The help stands at the end of the page as a fold; the key lays it over the page.
  function help() {
    const fold = room.querySelector("details[data-help]");
    if (!fold) return;
    if (!overlay) overlay = lay(fold);
    if (overlay.open) overlay.close();
    else overlay.showModal();
  }

  function lay(fold) {
    const dialog = document.createElement("dialog");
    const title = document.createElement("h2");
    const shut = document.createElement("button");
    dialog.className = "panel keys";
    title.id = "keys-title";
    title.className = "h3";
    title.textContent = fold.dataset.help;
    dialog.setAttribute("aria-labelledby", title.id);
    Object.assign(shut, { type: "button", className: "btn btn-quiet", textContent: fold.dataset.close });
    shut.addEventListener("click", () => dialog.close());
    dialog.append(title, ...all(":scope > :not(summary)", fold).map((part) => part.cloneNode(true)), shut);
    all("[data-keys-switch]", dialog).forEach(offerSwitch);
    document.body.append(dialog);
    return dialog;
  }

  // With a Persian keyboard the same keys carry other letters: what counts is the key.
  function latin(event) {
    if (event.key === "؟") return "?";
    if (event.key.length > 1) return event.key;
    const digit = "۰۱۲۳۴۵۶۷۸۹".indexOf(event.key);
    if (digit >= 0) return String(digit);
    if (event.key <= "~") return event.key.toLowerCase();
    return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
  }

  function remembered(name) {
    try { return localStorage.getItem(name) === "1"; } catch { return false; }
  }

  function remember(name, value) {
    try { localStorage.setItem(name, value ? "1" : "0"); } catch { /* private window: for this page only */ }
  }
})();

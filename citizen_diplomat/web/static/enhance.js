// Small helps on top of pages that work without any script. Every text comes from the page's own
// data-* attributes, so it is in the reader's language. Nothing here decides anything.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const figures = new Intl.NumberFormat(document.documentElement.lang === "fa" ? "fa-IR" : "en-GB");
  const fill = (text, n) => text.replace("{n}", figures.format(n));
  // Characters as a reader counts them, not UTF-16 halves; line ends count once, as on the server.
  const lengthOf = (value) => [...value.replace(/\r\n/g, "\n")].length;

  focusErrors();
  all("[data-count]").forEach(countCharacters);
  all("[data-reveal]").forEach(revealPassphrase);
  all("[data-strength]").forEach(tellStrength);
  all("[data-filter]").forEach(filterChoices);
  all("form").forEach(sendOnce);
  all("form[data-leave]").forEach(warnBeforeLeaving);
  all("form[data-forget]").forEach(forgetOnTheWay);
  all("[data-heartbeat]").forEach(keepClaim);
  all("details.menu").forEach(closeMenu);

  // Error summary: the focus moves there, and each link moves it on to a control.
  function focusErrors() {
    const summary = document.querySelector("[data-errors]");
    if (!summary) return;
    summary.focus();
    all("a[href^='#']", summary).forEach((link) => link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      const control = field.matches("fieldset") ? field.querySelector("input, select, textarea") : field;
      event.preventDefault();
      field.scrollIntoView({ block: "center" });
      (control || field).focus();
    }));
  }

  function countCharacters(counter) {
    const control = document.getElementById(counter.dataset.count);
    const most = Number(counter.dataset.max);
    const [shown, , spoken] = counter.children;
    let timer;
    const update = () => {
      const left = most - lengthOf(control.value);
      shown.textContent = `${figures.format(most - left)}/${figures.format(most)}`;
      counter.classList.toggle("over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const near = left < Math.max(10, most / 10);
        spoken.textContent = near ? fill(left < 0 ? counter.dataset.over : counter.dataset.left, Math.abs(left)) : "";
      }, 1000);
    };
    if (!control) return;
    control.addEventListener("input", update);
    update();
  }

  function revealPassphrase(group) {
    const input = group.querySelector("input");
    const button = group.querySelector("button");
    const show = (type) => {
      input.type = type;
      all("[data-when]", button).forEach((part) => { part.hidden = part.dataset.when !== type; });
      button.querySelector("[data-word]").textContent = type === "text" ? group.dataset.hide : group.dataset.show;
    };
    button.hidden = false;
    button.addEventListener("click", () => show(input.type === "text" ? "password" : "text"));
    // Hidden on its way out, so that browsers offer to keep it and do not remember it as plain text.
    if (input.form) input.form.addEventListener("submit", () => { input.type = "password"; });
    addEventListener("pageshow", () => show(input.type));
  }

  // Length is what counts (NIST SP 800-63B-4): the sentence speaks of nothing else.
  function tellStrength(sentence) {
    const input = document.getElementById(sentence.dataset.strength);
    const least = Number(sentence.dataset.least);
    const good = least + 5;
    const meter = document.createElement("meter");
    Object.assign(meter, { min: 0, max: good, low: least, high: good - 1, optimum: good });
    meter.setAttribute("aria-hidden", "true");
    sentence.before(meter);
    let timer;
    const update = () => {
      const length = lengthOf(input.value);
      meter.value = Math.min(length, good);
      meter.hidden = length === 0;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (length === 0) sentence.textContent = "";
        else if (length < least) sentence.textContent = fill(sentence.dataset.short, least - length);
        else sentence.textContent = length < good ? sentence.dataset.enough : sentence.dataset.good;
      }, 400);
    };
    input.addEventListener("input", update);
    update();
  }

  // The same folding as the server's search, as far as a list of names needs it.
  function folded(text) {
    return text.toLocaleLowerCase().normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f\u0670]/g, "")
      .replace(/ي|ى/g, "ی").replace(/ك/g, "ک").replace(/[\u200c\u200d\s]+/g, " ").trim();
  }

  function filterChoices(box) {
    const input = box.querySelector("input");
    const status = box.querySelector("[role=status]");
    const groups = all("details", document.getElementById(box.dataset.filter));
    const wasOpen = new Map(groups.map((group) => [group, group.open]));
    box.hidden = false;
    input.addEventListener("input", () => {
      const wanted = folded(input.value);
      let found = 0;
      for (const group of groups) {
        let here = 0;
        for (const item of all("li", group)) {
          const fits = folded(item.textContent).includes(wanted);
          item.hidden = !fits;
          if (fits) here += 1;
        }
        group.hidden = here === 0;
        group.open = wanted ? here > 0 : wasOpen.get(group);
        found += here;
      }
      status.textContent = found === 0 ? box.dataset.none : "";
    });
    // Enter would send the whole form; here it means "I have found it".
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  // A second click while the first is on its way is ignored; the button stays usable afterwards.
  function sendOnce(form) {
    if (form.method !== "post") return;
    let sent = 0;
    form.addEventListener("submit", (event) => {
      if (Date.now() - sent < 8000) event.preventDefault();
      else sent = Date.now();
    });
    addEventListener("pageshow", () => { sent = 0; });
  }

  function warnBeforeLeaving(form) {
    const state = () => new URLSearchParams(
      [...new FormData(form)].filter(([, value]) => typeof value === "string"),
    ).toString();
    let before = state();
    let leaving = false;
    form.addEventListener("submit", () => { leaving = true; });
    form.addEventListener("kept", () => { before = state(); form.dataset.leave = ""; });
    addEventListener("beforeunload", (event) => {
      // After a refused form the typed values are already unsaved.
      if (!leaving && (form.dataset.leave === "unsaved" || state() !== before)) event.preventDefault();
    });
    addEventListener("pageshow", () => { leaving = false; });
  }

  // Signing out, deleting: the next one at this computer finds nothing of what the browser kept.
  function forgetOnTheWay(form) {
    form.addEventListener("submit", () => {
      try {
        const shelves = form.dataset.forget.split(" ");
        Object.keys(localStorage).filter((key) => shelves.some((shelf) => key.startsWith(shelf)))
          .forEach((key) => localStorage.removeItem(key));
      } catch { /* a private window keeps nothing */ }
    });
  }

  function keepClaim(box) {
    const token = document.querySelector("input[name=csrf_token]");
    const seconds = Number(box.dataset.every) || 300;
    let lost = false;
    const beat = async () => {
      if (lost || document.visibilityState !== "visible") return;
      try {
        const answer = await fetch(box.dataset.heartbeat, {
          method: "POST",
          body: new URLSearchParams({ csrf_token: token ? token.value : "" }),
          headers: { "X-Requested-With": "heartbeat" },
        });
        if (answer.status === 409) {
          lost = true;
          box.textContent = box.dataset.lost;
          box.className = "note warn";
          box.setAttribute("role", "alert");
          box.hidden = false;
        }
      } catch {
        // Offline for a moment: the next beat tries again, the lease outlives several.
      }
    };
    setInterval(beat, seconds * 1000);
    document.addEventListener("visibilitychange", beat);
  }

  function closeMenu(menu) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  }
})();

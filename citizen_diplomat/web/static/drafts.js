// Nothing that is typed gets lost. A form with data-autosave is sent at each pause in typing; what
// the server has not confirmed is kept in this browser (copies.js), under the account's number or
// "visitor", and offered when the page is opened again. Nothing is overwritten silently: when the
// server holds something newer, this window stops and says so. Without this script the form's own
// buttons do the saving.
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const box = document.querySelector("[data-saving]");
  const status = box.querySelector("[role=status]");
  const offer = box.querySelector("[data-offer]");
  const halt = box.querySelector("[data-halt]");
  const OURS = new Set(["csrf_token", "action", "version", "form_key", "window"]);
  const TELLING = new Set([200, 409, 422]);
  const PAUSE = 1500;
  const RETRY = 10000;
  const PATIENCE = 30000;
  // What was written here before a sign-in is offered to who signed in: it becomes theirs anyway.
  const BEFORE_SIGN_IN = "draft:visitor:new/:";
  const me = random();
  const copies = window.copiesOf(me);
  let address = form.dataset.autosave;
  let number = form.dataset.number;
  let saved = form.dataset.leave === "unsaved" ? null : words();
  let queue = Promise.resolve();
  let halted = false;
  let closed = false;
  let passing = false;
  let lineIsGone = false;
  let timer;

  box.hidden = false;
  form.addEventListener("input", typed);
  form.addEventListener("change", () => { if (isUnsaved()) save(); });
  form.addEventListener("focusout", () => { if (isUnsaved()) save(); });
  addEventListener("online", save);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  document.addEventListener("submit", sendAfterSaving, true);
  // In the next turn: a form that comes back filled is compared as its reader sees it.
  setTimeout(offerWhatWasKept);

  // --- what the form says ---

  function fields() {
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OURS.has(name));
  }

  function words() {
    return JSON.stringify(fields().map(([name, value]) => [name, value.replace(/\r\n?/g, "\n")]));
  }

  function isUnsaved() {
    return words() !== saved;
  }

  function isEmpty() {
    const texts = form.querySelectorAll("textarea, input[type=text], input:not([type]), .brought");
    return !number && [...texts].every((control) => control.value.trim() === "");
  }

  function hidden(name) {
    return form.querySelector(`input[type=hidden][name="${name}"]`);
  }

  // --- the server ---

  function typed() {
    clearTimeout(timer);
    keepHere();
    if (!halted) timer = setTimeout(save, PAUSE);
  }

  // One after the other: each post goes on from the version that the one before was told.
  function save() {
    clearTimeout(timer);
    queue = queue.then(() => send(true));
    return queue;
  }

  async function send(mayRenew) {
    const sent = words();
    if (halted || closed || sent === saved || isEmpty()) return;
    const answer = await post();
    lineIsGone = answer.status === 0 || answer.status >= 500;
    if (answer.status === 200) isStored(answer.told, sent);
    else if (answer.status === 409) stop(answer.told);
    else if (answer.status === 404) await beginAnew();
    else if (answer.status === 422) say(answer.told.message);
    else if (answer.status === 400 || answer.status === 401) {
      if (mayRenew && await isSignedInAgain()) await send(false);
      else say(box.dataset.ended);
    } else {
      say(lineIsGone ? box.dataset.offline : box.dataset.busy);
      timer = setTimeout(save, RETRY);
    }
  }

  // A poor line can swallow a post, or the second half of the answer, and a hotel's sign-in page can
  // stand in for it: all of them are no line. Sent again by this window, the words are no conflict.
  async function post() {
    const patience = new AbortController();
    const end = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(address, {
        method: "POST", body: body(), headers: { "X-Requested-With": "drafts" }, redirect: "manual",
        signal: patience.signal,
      });
      const told = TELLING.has(answer.status) ? await answer.json() : null;
      return { status: answer.status, told };
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(end);
    }
  }

  function body() {
    const data = new FormData(form);
    data.delete("action");
    data.set("window", me);
    // A group of boxes in which none is ticked is an answer too.
    form.querySelectorAll("input[type=checkbox]").forEach((control) => data.set(`has_${control.name}`, "1"));
    return data;
  }

  function isStored(answer, sent) {
    copies.forget(place());
    saved = sent;
    hidden("version").value = answer.version;
    if (String(answer.number) !== number) {
      // From now on the form's buttons, and a reload, go on with this draft.
      number = String(answer.number);
      address = answer.autosave_url;
      form.action = answer.edit_url;
      history.replaceState(null, "", answer.edit_url);
    }
    if (isUnsaved()) keepHere();
    form.dispatchEvent(new CustomEvent("kept"));
    say(answer.saved_at);
  }

  function stop(answer) {
    halted = true;
    keepHere();
    halt.querySelector("[data-message]").textContent = answer.message;
    halt.querySelector("a").href = answer.own_url;
    halt.hidden = false;
    say("");
  }

  // It was deleted in another window: what stands here becomes a draft of its own.
  async function beginAnew() {
    copies.forget(place());
    number = "";
    address = box.dataset.newAutosave;
    form.action = box.dataset.newAction;
    hidden("form_key").value = random();
    hidden("version").value = "";
    keepHere();
    await send(true);
  }

  // Somebody may have signed in again in another window; then this one goes on with the new token.
  async function isSignedInAgain() {
    try {
      const answer = await fetch(location.pathname, { redirect: "manual" });
      if (answer.status !== 200) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const theirs = page.querySelector("form[data-autosave]");
      if (!theirs || theirs.dataset.owner !== form.dataset.owner) return false;
      const token = theirs.querySelector("input[name=csrf_token]").value;
      document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
      return true;
    } catch {
      return false;
    }
  }

  // --- leaving the page ---

  function leave() {
    if (closed || halted || !isUnsaved()) return;
    keepHere();
    // The page is gone before the answer: whether it arrived is seen when it is opened again.
    fetch(address, {
      method: "POST", body: body(), headers: { "X-Requested-With": "drafts" }, keepalive: true,
    }).catch(() => {});
  }

  // The form's buttons and signing out wait until the words are safe. Without a line the page
  // stays: the browser's own error page would be all that is left.
  async function sendAfterSaving(event) {
    const signsOut = event.target.matches("form[data-forget]");
    if (event.target !== form && !signsOut) return;
    if (passing || halted || !isUnsaved()) {
      closed = closed || signsOut;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    keepHere();
    form.setAttribute("aria-busy", "true");
    say(box.dataset.going);
    await save();
    form.removeAttribute("aria-busy");
    if (event.target === form && lineIsGone) return;
    closed = signsOut;
    passing = true;
    event.target.requestSubmit(button);
    passing = false;
  }

  // --- this browser ---

  function place() {
    return `draft:${form.dataset.owner}:${number || "new"}/${form.dataset.step || ""}:`;
  }

  function keepHere() {
    if (closed || isEmpty()) return;
    copies.keep(place(), { formKey: hidden("form_key").value, fields: fields() });
  }

  function offerWhatWasKept() {
    for (const copy of copies.found(number ? [place()] : [place(), BEFORE_SIGN_IN])) {
      if (isTheSame(copy)) {
        localStorage.removeItem(copy.key);
        // It stands in the form, but perhaps nowhere else.
        saved = null;
        save();
      } else {
        ask(copy);
        return;
      }
    }
    offer.hidden = true;
  }

  function isTheSame(copy) {
    const plain = (list) => JSON.stringify(list.map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]));
    return plain(copy.fields) === plain(fields());
  }

  function ask(copy) {
    const locale = document.documentElement.lang === "fa" ? "fa-IR" : "en-GB";
    const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    offer.querySelector("[data-when]").textContent = time.format(copy.at);
    offer.querySelector("[data-words]").textContent = excerpt(copy);
    offer.querySelector("[data-bring-back]").onclick = () => { bringBack(copy); decided(copy); };
    offer.querySelector("[data-discard]").onclick = () => decided(copy);
    offer.hidden = false;
  }

  function excerpt(copy) {
    const shown = new Map(fields());
    const [, text = ""] = copy.fields.find(([name, value]) => value.trim() && value !== shown.get(name)
      && form.elements[name] instanceof HTMLElement && form.elements[name].matches("textarea, input[type=text]")) || [];
    return text.length > 120 ? `${text.slice(0, 120)}…` : text;
  }

  function decided(copy) {
    localStorage.removeItem(copy.key);
    offerWhatWasKept();
    if (offer.hidden) form.querySelector("input:not([type=hidden]), textarea").focus();
  }

  function bringBack(copy) {
    if (!number && copy.formKey) hidden("form_key").value = copy.formKey;
    for (const control of form.elements) {
      if (!control.name || OURS.has(control.name) || control.type === "hidden") continue;
      const values = copy.fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if (values.length) [control.value] = values;
      if (control.checked && control.closest("details")) control.closest("details").open = true;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    // What belongs to a later page of this form goes along unseen.
    for (const [name, value] of copy.fields.filter(([each]) => !form.elements[each])) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", className: "brought", name, value }));
    }
    save();
  }

  // --- words for the reader ---

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
    status.parentElement.hidden = text === "";
  }

  function random() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
})();

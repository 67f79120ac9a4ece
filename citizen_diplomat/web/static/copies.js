// What the server has not confirmed, kept in this browser: a copy for each window, on the shelf of its
// page. A private window, or a full one, keeps nothing, and nothing depends on it.
(() => {
  "use strict";

  const KEPT_DAYS = 30;

  window.copiesOf = (me) => ({
    keep(shelf, copy) {
      try { localStorage.setItem(shelf + me, JSON.stringify({ at: Date.now(), ...copy })); } catch { /* full */ }
    },

    forget(shelf) {
      try { localStorage.removeItem(shelf + me); } catch { /* there is none */ }
    },

    // Those of other windows on any of the shelves, newest first.
    found(shelves) {
      const copies = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!shelves.some((shelf) => key.startsWith(shelf)) || key.endsWith(`:${me}`)) continue;
          const copy = JSON.parse(localStorage.getItem(key));
          if (Date.now() - copy.at > KEPT_DAYS * 86400000) localStorage.removeItem(key);
          else copies.push({ key, ...copy });
        }
      } catch { /* a private window keeps nothing */ }
      return copies.sort((one, other) => other.at - one.at);
    },
  });
})();

// Buttons that put Markdown round the words marked in a text area. Without script the page shows no
// such buttons and the text can be written as it is. Every word comes from the page itself.
(() => {
  "use strict";

  document.querySelectorAll("[data-editor]").forEach((tools) => {
    const area = document.getElementById(tools.dataset.editor);
    if (!area) return;
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const tool = event.target.closest("button[data-mark]");
      if (tool) apply(area, tool.dataset.mark, tool.dataset.words);
    });
    area.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const mark = { KeyB: "bold", KeyK: "link" }[event.code];
      const tool = mark && tools.querySelector(`[data-mark=${mark}]`);
      if (!tool) return;
      event.preventDefault();
      apply(area, mark, tool.dataset.words);
    });
  });

  function apply(area, mark, words) {
    if (mark === "bold") surround(area, "**", "**", words);
    else if (mark === "link") link(area, words);
    else startLines(area, { heading: "## ", list: "- ", quote: "> " }[mark], words);
  }

  // Marked words stay marked, so that a second button works on them too.
  function surround(area, before, after, words) {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const marked = value.slice(start, end) || words;
    replace(area, start, end, before + marked + after);
    area.setSelectionRange(start + before.length, start + before.length + marked.length);
  }

  // The address is what has to be typed next.
  function link(area, words) {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const marked = value.slice(start, end) || words;
    const address = "https://";
    replace(area, start, end, `[${marked}](${address})`);
    const place = start + marked.length + 3;
    area.setSelectionRange(place, place + address.length);
  }

  // A heading, a list and a quotation begin a line and need an empty one before them.
  function startLines(area, sign, words) {
    const { value } = area;
    const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const next = value.indexOf("\n", area.selectionEnd);
    const end = next === -1 ? value.length : next;
    const lines = (value.slice(start, end) || words).split("\n");
    const done = lines.every((line) => line.startsWith(sign));
    const changed = lines.map((line) => (done ? line.slice(sign.length) : sign + line)).join("\n");
    const gap = done || start === 0 || value.slice(0, start).endsWith("\n\n") || follows(value, start, sign) ? "" : "\n";
    replace(area, start, end, gap + changed);
    // Of one line the words alone, so that a second button does not take the sign for one of them.
    const skipped = gap.length + (done || lines.length > 1 ? 0 : sign.length);
    area.setSelectionRange(start + skipped, start + gap.length + changed.length);
  }

  // The line before is a part of the same list or quotation.
  function follows(value, start, sign) {
    const before = value.slice(0, start - 1);
    return sign !== "## " && before.slice(before.lastIndexOf("\n") + 1).startsWith(sign);
  }

  // As if it had been typed: it can be undone, and counters and savers hear of it.
  function replace(area, start, end, text) {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
})();

// Words marked in the text under review bring a button that leads to a remark on them. Without
// script each passage has its link on the page of remarks. Every word comes from the page itself.
(() => {
  "use strict";

  const button = document.querySelector("a[data-remark]");
  if (!button) return;
  const MOST = 500;
  const address = button.href;
  document.body.append(button);
  button.classList.add("remark-here");

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const words = selection.toString().replace(/\s+/g, " ").trim();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const text = range && document.querySelector("article.prose");
    const fits = text && words && words.length <= MOST && text.contains(range.commonAncestorContainer);
    button.hidden = !fits;
    if (!fits) return;
    button.href = `${address}?quote=${encodeURIComponent(words)}#remark`;
    const box = range.getBoundingClientRect();
    button.style.insetBlockStart = `${window.scrollY + box.bottom + 8}px`;
    button.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - button.offsetWidth - 8))}px`;
  });
})();

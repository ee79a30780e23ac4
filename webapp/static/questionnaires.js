/* Comfort for the builder: items are dragged or moved with the keyboard; saving writes the order. */
"use strict";

(() => {
  const form = document.getElementById("build");
  const list = document.getElementById("items");
  if (!form || !list) return;
  document.body.classList.add("scripted");
  const unsaved = document.getElementById("unsaved");
  const status = document.getElementById("moved");
  let changed = false;

  function touched() {
    changed = true;
    unsaved.textContent = form.dataset.unsaved;
  }

  function renumber(moved) {
    const items = [...list.children];
    items.forEach((item, place) => { item.querySelector("input[name$='.order']").value = place; });
    const words = form.dataset.moved;
    status.textContent = words.replace("{place}", items.indexOf(moved) + 1).replace("{all}", items.length);
    touched();
  }

  function shift(item, up) {
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (up) other.before(item); else other.after(item);
    renumber(item);
  }

  list.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const item = event.target.closest(".item");
    const focused = document.activeElement;
    event.preventDefault();
    shift(item, event.key === "ArrowUp");
    focused.focus();
  });

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".handle");
    if (!handle) return;
    const item = handle.closest(".item");
    event.preventDefault();
    item.classList.add("lifted");
    const follow = (move) => {
      const before = item.previousElementSibling;
      const after = item.nextElementSibling;
      const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
      if (before && move.clientY < middle(before)) before.before(item);
      else if (after && move.clientY > middle(after)) after.after(item);
    };
    const drop = () => {
      // Not on the handle: moving the item in the page would take a captured pointer from it.
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      item.classList.remove("lifted");
      renumber(item);
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  });

  form.addEventListener("input", touched);
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();

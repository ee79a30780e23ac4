/* Digits alone: a full field passes the cursor on, Enter and the arrows too, Backspace goes back. */
"use strict";

(function () {
  const form = document.querySelector("[data-keying]");
  if (!form) return;
  const fields = Array.from(form.querySelectorAll("input[data-most]"));

  function go(from, step) {
    const next = fields[fields.indexOf(from) + step];
    if (next) {
      next.focus();
      next.select();
    } else if (step > 0) {
      form.querySelector("button").focus();
    }
  }

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset.most) return;
    field.value = field.value.replace(/[^0-9]/g, "");
    const full = field.value.length >= field.dataset.most.length;
    // With 1 … 10 a "1" may become "10": Enter says that it stays.
    if (full || Number(field.value) * 10 > Number(field.dataset.most)) if (field.value) go(field, 1);
  });

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.dataset.most) return;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      go(field, 1);
    } else if (event.key === "ArrowUp" || (event.key === "Backspace" && !field.value)) {
      event.preventDefault();
      go(field, -1);
    }
  });
})();

/* Counts down by the second what the server said in whole seconds; the next answer corrects it. */
"use strict";

(function () {
  function words(seconds) {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  const ends = new WeakMap();
  window.setInterval(() => {
    document.querySelectorAll("[data-countdown]").forEach((clock) => {
      if (!ends.has(clock)) ends.set(clock, performance.now() + Number(clock.dataset.countdown) * 1000);
      const left = Math.max(Math.round((ends.get(clock) - performance.now()) / 1000), 0);
      const text = words(left);
      if (clock.textContent !== text) clock.textContent = text;
      clock.classList.toggle("soon", left <= 60);
    });
  }, 250);
})();

/* Refetches the parts of a page that say so: <div data-live-url="…" data-live-seconds="10">.
   The address answers with a fragment of HTML. Without this script the page is read as it was.
   A part that is read by somebody (focus inside, or a question open) or hidden waits. */
"use strict";

(function () {
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");

  function refresh(part, state) {
    const asked = part.querySelector("details.confirm[open]");
    if (document.hidden || asked || part.contains(document.activeElement)) return Promise.resolve();
    return fetch(part.dataset.liveUrl, { headers: { "X-Live": "1" }, cache: "no-store" })
      .then((answer) => {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.text();
      })
      .then((html) => {
        state.failures = 0;
        part.classList.remove("stale");
        if (html === state.last) return;
        state.last = html;
        part.innerHTML = html;
        if (part.dataset.liveMessage) status.textContent = part.dataset.liveMessage;
        if (part.querySelector("[data-live-reload]")) window.location.reload();
      })
      .catch(() => {
        state.failures += 1;
        if (state.failures > 2) part.classList.add("stale");
      });
  }

  // One stream for all parts that name it; where the server has no place for it, each part asks.
  const streams = new Map();
  function hear(url, heard) {
    if (!window.EventSource || streams.has(url)) { streams.get(url)?.push(heard); return; }
    const hearers = [heard];
    streams.set(url, hearers);
    new EventSource(url).addEventListener("moved", () => hearers.forEach((each) => each()));
  }

  function follow(part) {
    const seconds = Math.max(2, Number(part.dataset.liveSeconds) || 10);
    const state = { failures: 0, last: null };
    if (part.dataset.liveStream) hear(part.dataset.liveStream, () => refresh(part, state));
    function next() {
      const wait = seconds * Math.min(2 ** state.failures, 16);
      window.setTimeout(() => refresh(part, state).then(next), wait * 1000);
    }
    next();
  }

  const parts = document.querySelectorAll("[data-live-url]");
  if (parts.length) document.body.append(status);
  parts.forEach(follow);
})();

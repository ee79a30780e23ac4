/* Comfort for the ballot; every page works without it. Nothing leaves the page but the form. */
"use strict";

(() => {
  const DRAFT = "gongping.draft";
  const DONE = new Set(["receipt"]);
  const LONGEST_WAIT = 30;
  const TRY_AGAIN = new Set([429, 502, 503, 504]);

  const store = {
    read() { try { return JSON.parse(sessionStorage.getItem(DRAFT)); } catch { return null; } },
    write(draft) { try { sessionStorage.setItem(DRAFT, JSON.stringify(draft)); } catch { /* full or forbidden */ } },
    erase() { try { sessionStorage.removeItem(DRAFT); } catch { /* forbidden */ } },
  };
  const say = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  const percent = (share) => `${Math.round(100 * share)} %`;

  // Finds a proof of work beside the page, from now on; "" where the browser cannot.
  function work(form, moved) {
    const { worker, riddles, bits } = form.dataset;
    const [challenge, code] = [form.elements.challenge.value, form.elements.code.value];
    return new Promise((resolve) => {
      const done = (proof) => { hand?.terminate(); resolve(proof); };
      let hand = null;
      try {
        hand = new Worker(worker);
        hand.onerror = () => done("");
        hand.onmessage = ({ data }) => { if ("proof" in data) done(data.proof); else moved(data.share); };
        hand.postMessage({ challenge, code, riddles: Number(riddles), bits: Number(bits) });
      } catch { done(""); }
    });
  }

  // A code typed again from where many wrong ones came.
  function prove(form) {
    const status = form.querySelector(".status");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const line = (share) => { status.textContent = say(form.dataset.working, { share: percent(share) }); };
      line(0);
      form.elements.proof.value = await work(form, line);
      form.submit();
    }, { once: true });
  }

  function enter(form) {
    const scanned = decodeURIComponent(location.hash.slice(1));
    const field = form.elements.code;
    if (scanned || "move" in form.dataset) {
      if (scanned) field.value = scanned;
      // The code must not stay in the address, the history or a bookmark.
      history.replaceState(null, "", "/b");
      form.submit();
      return;
    }
    const draft = store.read();
    if (draft && !field.value) field.value = draft.code;
  }

  function paper(form) {
    const field = (name) => form.elements[name];
    const items = [...form.querySelectorAll(".item")];
    const cards = [...form.querySelectorAll(".card")];
    const bar = form.querySelector(".bar");
    const status = form.querySelector(".status");
    const button = form.querySelector("button[name=send]");
    const words = form.dataset;
    const began = Date.now();
    let before = 0;
    let sending = false;
    let share = 0;
    // Begun while the answers are given, so that nobody waits for it.
    const reckon = () => work(form, (done) => { share = done; });
    let proof = words.worker ? reckon() : null;

    const shown = (item) => item.getClientRects().length > 0;
    const passed = (item) => item.closest(".card").querySelector(".pass input")?.checked;
    const open = (item) => shown(item) && !passed(item) && !item.querySelector(":checked");
    const seconds = () => Math.round(before + (Date.now() - began) / 1000);

    function keep() {
      const answers = {};
      for (const [name, value] of new FormData(form)) {
        if (/^[acd]\d/.test(name) && value) answers[name] = value;
      }
      store.write({ code: field("code").value, nonce: field("nonce").value, seconds: seconds(), answers });
    }

    function restore() {
      const draft = store.read();
      if (!draft || draft.code !== field("code").value) return;
      field("nonce").value = draft.nonce;
      before = draft.seconds;
      for (const [name, value] of Object.entries(draft.answers)) {
        for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (input.type === "radio" || input.type === "checkbox") input.checked = input.value === value;
          else if (!input.value) input.value = value;
        }
      }
    }

    function follow() {
      for (const card of cards) {
        for (const place of [0, 1, 2, 3]) {
          card.classList.toggle(`p${place}`, Boolean(card.querySelector(`.r${place}:checked`)));
        }
      }
    }

    function hint() {
      const asked = items.filter(shown);
      const whole = cards.length > 1 ? cards : asked;
      const done = whole.filter((part) => (part.matches(".item") ? !open(part) : !items.some((item) => part.contains(item) && open(item)))).length;
      const complete = done === whole.length;
      bar.hidden = false;
      bar.querySelector(".bar-done").textContent = complete ? words.complete : say(words.progress, { done, all: whole.length });
      bar.querySelector(".bar-fill").style.transform = `scaleX(${whole.length ? done / whole.length : 0})`;
      bar.querySelector(".bar-next").hidden = complete;
      if (words.quota) {
        const used = cards.filter((_, place) => field(`a${place}_${words.quotaItem}`)?.value === words.quotaOption).length;
        const over = used > Number(words.quota);
        const line = bar.querySelector(".bar-quota");
        line.textContent = say(over ? words.quotaOver : words.quotaLeft, { used, limit: words.quota });
        line.classList.toggle("over-quota", over);
      }
    }

    function lead(item) {
      item.scrollIntoView({ block: "center", behavior: "smooth" });
      item.querySelector("input").focus({ preventScroll: true });
    }

    function tell(text, act) {
      status.replaceChildren();
      if (!text) return;
      const line = document.createElement("p");
      line.textContent = text;
      status.append(line);
      if (act) {
        const now = document.createElement("button");
        now.type = "button";
        now.className = "button secondary small";
        now.textContent = words.now;
        now.addEventListener("click", act);
        status.append(now);
      }
    }

    const pause = (wait) => new Promise((resolve) => {
      let left = wait;
      const tick = setInterval(() => { left -= 1; if (left <= 0) go(); else line(); }, 1000);
      const go = () => { clearInterval(tick); resolve(); };
      const line = () => tell(say(words.waiting, { seconds: left }), go);
      line();
    });

    async function waited(proof) {
      const tick = setInterval(() => tell(say(words.working, { share: percent(share) })), 200);
      try { return await proof; } finally { clearInterval(tick); }
    }

    // Sends until there is an answer. The nonce stays the same, so nothing can be counted twice.
    async function send() {
      for (let attempt = 1; ; attempt += 1) {
        if (proof) field("proof").value = await waited(proof);
        let wait = Math.min(2 ** attempt, LONGEST_WAIT);
        tell(words.sending);
        try {
          const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout?.(20000) });
          if (!TRY_AGAIN.has(answer.status)) return await answer.text();
          wait = Math.max(wait, Number(answer.headers.get("Retry-After")) || 0);
          const challenge = answer.headers.get("Gongping-Challenge");
          if (challenge && proof) {
            field("challenge").value = challenge;
            proof = reckon();
            // Whose proof had only grown old need not wait.
            if (attempt === 1 && await waited(proof)) continue;
          }
        } catch { /* no connection */ }
        await pause(wait + Math.floor(Math.random() * 3));
      }
    }

    async function submit(event) {
      if (event.submitter && "plain" in event.submitter.dataset) { keep(); return; }
      event.preventDefault();
      if (sending) return;
      const left = items.filter(open);
      if (left.length) {
        for (const item of left) item.classList.add("wrong");
        lead(left[0]);
        tell(say(words.missing, { left: left.length }));
        return;
      }
      sending = true;
      bar.hidden = true;
      button.setAttribute("aria-disabled", "true");
      field("seconds").value = seconds();
      keep();
      show(await send());
    }

    restore();
    follow();
    hint();
    form.addEventListener("input", () => { follow(); hint(); keep(); });
    form.addEventListener("submit", submit);
    bar.querySelector(".bar-next").addEventListener("click", () => {
      const next = items.find(open);
      if (next) lead(next);
    });
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(page.body);
    window.scrollTo(0, 0);
    start();
    (document.getElementById("problems") || document.getElementById("content")).focus();
  }

  function start() {
    const kind = document.body.dataset.page;
    if (DONE.has(kind)) {
      store.erase();
      history.replaceState(null, "", "/b");
    }
    const door = document.querySelector("form[data-enter]");
    const ballot = document.getElementById("ballot");
    const again = document.querySelector("form[data-prove]");
    if (again) prove(again);
    if (door) enter(door);
    if (ballot) paper(ballot);
  }

  start();
})();

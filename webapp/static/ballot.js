/* Comfort for the ballot; every page works without it. Nothing leaves the page but the form. */
"use strict";

(() => {
  const DRAFT = "gongping.draft";
  const BIG = "gongping.large-text";
  const IDENTITY = "gongping.identity";
  // On a narrow screen several units come one by one.
  const NARROW = "(max-width: 43.99rem)";
  const DONE = new Set(["receipt"]);
  const LONGEST_WAIT = 30;
  const TRY_AGAIN = new Set([429, 502, 503, 504]);

  const store = {
    read() { try { return JSON.parse(sessionStorage.getItem(DRAFT)); } catch { return null; } },
    write(draft) { try { sessionStorage.setItem(DRAFT, JSON.stringify(draft)); } catch { /* full or forbidden */ } },
    erase() { try { sessionStorage.removeItem(DRAFT); } catch { /* forbidden */ } },
  };
  const say = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  // With a poster's open code a phone counts once: by a number it draws itself and keeps.
  function identity() {
    const drawn = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    try {
      const kept = localStorage.getItem(IDENTITY) || drawn();
      localStorage.setItem(IDENTITY, kept);
      return kept;
    } catch { return ""; }
  }

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
    const cards = [...form.querySelectorAll(".card:not(.review)")];
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

    const steps = cards.length > 1 ? walk(form, cards, open, () => hint()) : null;
    const shown = (item) => !item.classList.contains("past");
    const passed = (item) => item.closest(".card")?.querySelector(".pass input")?.checked;
    const answered = (item) => item.querySelector("input:checked") || [...item.querySelectorAll("select")].some((select) => select.value);
    function open(item) { return shown(item) && !("optional" in item.dataset) && !passed(item) && !answered(item); }
    const seconds = () => Math.round(before + (Date.now() - began) / 1000);

    function keep() {
      if ("trial" in words) return;
      const answers = {};
      for (const [name, value] of new FormData(form)) {
        if (/^([acd]\d|age$)/.test(name) && value) answers[name] = value;
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

    // What an earlier answer leads past: x7 where one marked r7 is ticked, w7 where none marked y7 is.
    function follow() {
      for (const part of form.querySelectorAll("[class*=' x'], [class*=' w']")) {
        const card = part.closest(".card");
        const ticked = (mark) => Boolean(card.querySelector(`.${mark}:checked`));
        const past = [...part.classList].some((name) => (/^x\d+$/.test(name) && ticked(`r${name.slice(1)}`)) || (/^w\d+$/.test(name) && !ticked(`y${name.slice(1)}`)));
        part.classList.toggle("past", past);
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
      bar.querySelector(".bar-next").hidden = complete && !steps?.on();
      steps?.follow();
      if (words.quota) {
        const used = cards.filter((_, place) => field(`a${place}_${words.quotaItem}`)?.value === words.quotaOption).length;
        const over = used > Number(words.quota);
        const line = bar.querySelector(".bar-quota");
        line.textContent = say(over ? words.quotaOver : words.quotaLeft, { used, limit: words.quota });
        line.classList.toggle("over-quota", over);
      }
    }

    function lead(item) {
      steps?.show(item.closest(".card"));
      item.scrollIntoView({ block: "center", behavior: "smooth" });
      item.querySelector("input, select").focus({ preventScroll: true });
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

    if (field("identity")) field("identity").value = identity();
    restore();
    follow();
    if (steps) steps.begin(); else hint();
    form.addEventListener("input", () => { follow(); hint(); keep(); });
    form.addEventListener("submit", submit);
    bar.querySelector(".bar-next").addEventListener("click", () => {
      if (steps?.on()) { steps.forward(); return; }
      const next = items.find(open);
      if (next) lead(next);
    });
  }

  // Several units on a narrow screen: one after the other, a list to jump by, a look at all at last.
  function walk(form, cards, open, changed) {
    const narrow = matchMedia(NARROW);
    const words = form.dataset;
    const nav = form.querySelector(".jump");
    const review = document.getElementById("review");
    const sending = form.querySelector(".send");
    const back = form.querySelector(".bar-back");
    const next = form.querySelector(".bar-next");
    const stops = [...cards, review];
    const items = new Map(cards.map((card) => [card, [...card.querySelectorAll(".item")]]));
    const name = (card) => card.querySelector("h2").textContent;
    const left = (card) => items.get(card).filter(open).length;
    const jumps = cards.map((card, place) => jump(card, place));
    let at = 0;

    function jump(card, place) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = place + 1;
      button.addEventListener("click", () => show(card));
      nav.append(button);
      return button;
    }

    // How often each answer was given, and how many are open.
    function said(card) {
      const given = new Map();
      for (const item of items.get(card)) {
        const option = item.querySelector("input:checked + b + span, input:checked + span");
        if (option) given.set(option.textContent, (given.get(option.textContent) || 0) + 1);
      }
      const parts = [...given].map(([label, times]) => (times > 1 ? `${label} × ${times}` : label));
      const missing = left(card);
      if (missing) parts.push(`${words.unanswered} × ${missing}`);
      else if (!parts.length) parts.push(card.querySelector(".pass input")?.checked ? card.querySelector(".pass span").textContent : words.known);
      return parts.join(" · ");
    }

    function follow() {
      jumps.forEach((button, place) => {
        const done = !left(cards[place]);
        button.classList.toggle("done", done);
        button.setAttribute("aria-label", `${name(cards[place])}: ${said(cards[place])}`);
        if (place === at && on()) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
      });
      if (on() && at === cards.length) look();
    }

    function look() {
      review.querySelector(".reviewed").replaceChildren(...cards.map((card) => {
        const line = document.createElement("li");
        const button = document.createElement("button");
        const unit = document.createElement("span");
        const answers = document.createElement("span");
        button.type = "button";
        unit.textContent = name(card);
        answers.textContent = said(card);
        line.classList.toggle("wrong", left(card) > 0);
        button.append(unit, answers);
        button.addEventListener("click", () => show(card));
        line.append(button);
        return line;
      }));
    }

    function on() { return narrow.matches; }

    function draw() {
      form.classList.toggle("steps", on());
      nav.hidden = !on();
      stops.forEach((stop, place) => { stop.hidden = on() ? place !== at : stop === review; });
      sending.hidden = on() && at !== cards.length;
      back.hidden = !on() || at === 0;
      next.hidden = on() && at === cards.length;
      next.textContent = !on() ? next.dataset.open : at === cards.length - 1 ? next.dataset.review : next.dataset.forward;
      changed();
      if (on() && at === cards.length) next.hidden = true;
    }

    function show(stop, focus = true) {
      if (!on()) return;
      at = Math.max(0, stops.indexOf(stop));
      draw();
      if (!focus) return;
      scrollTo({ top: form.offsetTop - 8 });
      stop.focus({ preventScroll: true });
    }

    back.addEventListener("click", () => show(stops[at - 1]));
    narrow.addEventListener("change", draw);
    return {
      on,
      show,
      follow,
      begin() { at = Math.max(0, cards.findIndex((card) => left(card) > 0)); draw(); },
      forward() { show(stops[Math.min(at + 1, cards.length)]); },
    };
  }

  function enlarge() {
    const box = document.getElementById("big-text");
    if (!box) return;
    const apply = () => document.documentElement.classList.toggle("large", box.checked);
    try { box.checked = localStorage.getItem(BIG) === "1"; } catch { /* forbidden */ }
    apply();
    box.addEventListener("change", () => {
      apply();
      try { localStorage.setItem(BIG, box.checked ? "1" : ""); } catch { /* forbidden */ }
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
    enlarge();
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

// Saves a form by itself: after the last key, on leaving a field, on leaving the page. One request at a time; what was
// cut off is sent again under the same id, so that it counts once.
"use strict";

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const PAUSE = 800;
  const AGAIN = [1000, 2000, 5000, 10000];
  const line = form.querySelector("[data-save-line]");
  let timer = 0, composing = false, busy = false, dirty = false, unsent = null, tries = 0, stopped = false;

  const say = (text) => { if (line && line.textContent !== text) line.textContent = text; };
  const told = (name) => line?.dataset[name] ?? "";
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };

  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", () => { composing = false; changed(); });
  form.addEventListener("input", changed);
  form.addEventListener("change", () => { changed(); later(0); });
  form.addEventListener("focusout", () => { if (dirty) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) save(); });
  addEventListener("beforeunload", (event) => { if (dirty || busy) event.preventDefault(); });
  form.addEventListener("submit", (event) => {
    // Signed out or locked, the form is sent as it is, so that a page can say what to do.
    if (stopped) { dirty = false; busy = false; return; }
    event.preventDefault();
    changed();
    save();
  });

  function changed() {
    dirty = true;
    if (stopped) return;
    if (!busy) say(told("dirty"));
    later(PAUSE);
  }

  async function save() {
    clearTimeout(timer);
    if (busy || stopped || (!dirty && !unsent)) return;
    // In the middle of a syllable nothing is saved.
    if (composing) return later(PAUSE);
    busy = true;
    if (!unsent) { unsent = new URLSearchParams(new FormData(form)).toString(); dirty = false; }
    say(told("saving"));
    let answer;
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        body: unsent,
        keepalive: unsent.length < 60000,
        headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      });
      if (reply.status >= 500 || reply.status === 429) throw new Error(String(reply.status));
      answer = await reply.json();
    } catch {
      busy = false;
      say(told("failed"));
      later(AGAIN[Math.min(tries++, AGAIN.length - 1)]);
      return;
    }
    busy = false; unsent = null; tries = 0;
    take(answer);
    if (dirty && !stopped) later(PAUSE);
  }

  function take(answer) {
    const set = (name, value) => {
      const field = form.elements.namedItem(name);
      if (field && value !== undefined) field.value = value;
    };
    faults(answer.errors ?? []);
    switch (answer.state) {
      case "saved":
        set("_request", answer.next);
        set("_version", answer.version);
        for (const [id, html] of Object.entries(answer.parts ?? {})) {
          const part = document.getElementById(id);
          if (part) part.innerHTML = html;
        }
        document.dispatchEvent(new Event("chiso-saved"));
        if (!dirty) say(told("saved").replace("{at}", answer.at));
        return;
      case "refused":
        set("_request", crypto.randomUUID());
        return say("✗ " + answer.title);
      case "signed-out":
        stopped = true; dirty = true;
        return say(told("signedOut"));
      case "clash":
        stopped = true; dirty = true;
        return say(told("clash"));
      default:
        stopped = true; dirty = true;
        say("✗ " + (answer.errors?.[0]?.text ?? answer.detail ?? told("failed")));
    }
  }

  function faults(errors) {
    for (const place of form.querySelectorAll("[data-error]")) {
      const own = errors.find((error) => error.field === place.dataset.error);
      const field = document.getElementById("f-" + place.dataset.error);
      place.querySelector("[data-text]").textContent = own?.text ?? "";
      place.hidden = !own;
      place.closest(".field")?.classList.toggle("faulty", Boolean(own));
      own ? field?.setAttribute("aria-invalid", "true") : field?.removeAttribute("aria-invalid");
    }
  }
}

// Saves a form by itself: after the last key, on leaving a field, on leaving the page. One request at a time; what was
// cut off is sent again under the same id, so that it counts once. Whatever else leads away from the page waits for it.
"use strict";

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const PAUSE = 800;
  const AGAIN = [1000, 2000, 5000, 10000];
  // A connection that says nothing for so long is as good as cut.
  const LONGEST = 20000;
  const line = form.querySelector("[data-save-line]");
  // The body under way with the version it was typed over, and what was typed of it; what waits until all is saved.
  let timer = 0, tries = 0, unsent = null, over = null, kept = null, held = null;
  // Wrong: what stands in the form was not taken. Asked, going: a button was pressed, and it was the one that goes on.
  let composing = false, busy = false, dirty = false, wrong = false, stopped = false, asked = false, going = false;

  const say = (text) => { if (line && line.textContent !== text) line.textContent = text; };
  const told = (name) => line?.dataset[name] ?? "";
  // After a clash both versions stand on the page: until somebody presses a button, neither takes the other's place.
  const undecided = () => form.hasAttribute("data-undecided");
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };

  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", () => { composing = false; changed(); });
  form.addEventListener("input", changed);
  // Leaving a field tells of a change once more that was saved while it was typed.
  form.addEventListener("change", () => {
    if (!dirty && !unsent && typed() === kept) return;
    changed();
    later(0);
  });
  form.addEventListener("focusout", () => { if (dirty) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && (dirty || unsent)) save(); });
  addEventListener("beforeunload", (event) => { if (dirty || busy || unsent || wrong) event.preventDefault(); });
  // Another form of the page, which leads away from it. Seen before anybody else sees it, since it is sent once more.
  document.addEventListener("submit", (event) => {
    const other = event.target;
    if (other.matches("[data-autosave], [data-upload]") || stopped || wrong || undecided() || !(dirty || busy || unsent)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = () => other.requestSubmit(event.submitter);
    save();
  }, true);
  form.addEventListener("submit", (event) => {
    // Signed out or locked, the form is sent as it is, so that a page can say what to do.
    if (stopped) { dirty = busy = wrong = false; unsent = null; mark(); return; }
    event.preventDefault();
    form.removeAttribute("data-undecided");
    asked = true;
    going = event.submitter?.name === "_then";
    changed();
    save();
  });

  // Others on the page wait while anything here is not saved.
  function mark() {
    form.toggleAttribute("data-unsaved", dirty || busy || wrong || unsent !== null);
  }

  function changed() {
    dirty = true;
    mark();
    if (stopped) return;
    if (!busy) say(told("dirty"));
    later(PAUSE);
  }

  const version = () => form.elements.namedItem("_version")?.value;

  function typed() {
    const fields = [...new FormData(form)].filter(([name]) => !name.startsWith("_"));
    return new URLSearchParams(fields).toString();
  }

  // What the form holds. Where the next page is wanted, the answer says which it is.
  function body() {
    const fields = new URLSearchParams(new FormData(form));
    if (going) fields.set("_then", form.querySelector("[name=_then]").value);
    return fields.toString();
  }

  async function save() {
    clearTimeout(timer);
    if (busy || stopped || undecided() || (!dirty && !unsent)) return;
    // In the middle of a syllable nothing is saved, unless the page may be on its way out.
    if (composing && !document.hidden) return later(PAUSE);
    busy = true;
    if (!unsent) { unsent = body(); over = version(); kept = typed(); dirty = false; }
    say(told("saving"));
    let answer;
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        body: unsent,
        keepalive: unsent.length < 60000,
        headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        signal: AbortSignal.timeout?.(LONGEST),
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
    mark();
    if (dirty && !stopped) return going || held ? save() : later(PAUSE);
    const go = stopped || wrong ? null : held;
    held = null;
    go?.();
    if (!form.hasAttribute("data-unsaved")) document.dispatchEvent(new Event("chiso-settled"));
  }

  function take(answer) {
    const set = (name, value) => {
      const field = form.elements.namedItem(name);
      if (field && value !== undefined) field.value = value;
    };
    wrong = answer.state !== "saved";
    const open = faults(answer.errors ?? []);
    switch (answer.state) {
      case "saved":
        set("_request", answer.next);
        set("_version", answer.version);
        for (const [id, html] of Object.entries(answer.parts ?? {})) {
          const part = document.getElementById(id);
          if (part) part.innerHTML = html;
        }
        document.dispatchEvent(new Event("chiso-saved"));
        if (dirty) return;
        say(told("saved").replace("{at}", answer.at));
        asked = false;
        if (going) location.assign(answer.then);
        return;
      case "refused":
        // A refused request left nothing behind: its id is used again.
        going = false;
        if (!open) return say(told("dirty"));
        asked = false;
        return say("✗ " + answer.title);
      case "signed-out":
        stopped = true; dirty = true;
        return say(told("signedOut"));
      case "clash":
        // A file that was added meanwhile on this very page is nobody else's change.
        if (version() !== over) { wrong = false; dirty = true; return; }
        stopped = true; dirty = true;
        return say(told("clash"));
      default:
        stopped = true; dirty = true;
        say("✗ " + (answer.errors?.[0]?.text ?? answer.detail ?? told("failed")));
    }
  }

  // Shows what is wrong at each field; answers whether there is anything to show. A field that is still empty is not
  // wrong before somebody asks to save: whoever types has perhaps not come to it yet.
  function faults(errors) {
    const early = (error) => !asked && error.field && form.elements.namedItem(error.field)?.value === "";
    const due = errors.filter((error) => !early(error));
    for (const place of form.querySelectorAll("[data-error]")) {
      const own = due.find((error) => error.field === place.dataset.error);
      const field = document.getElementById("f-" + place.dataset.error);
      place.querySelector("[data-text]").textContent = own?.text ?? "";
      place.hidden = !own;
      place.closest(".field")?.classList.toggle("faulty", Boolean(own));
      own ? field?.setAttribute("aria-invalid", "true") : field?.removeAttribute("aria-invalid");
    }
    return due.length > 0 || errors.length === 0;
  }
}

// One tap saves one mark: taps wait in a line and are sent one by one, each with the version of the answer before it.
// What was cut off is sent again under the same id, so that it counts once.
"use strict";

const marks = document.querySelector("[data-marks]");
const line = document.querySelector("[data-save-line]");
const AGAIN = [1000, 2000, 5000, 10000];
// A connection that says nothing for so long is as good as cut.
const LONGEST = 20000;
const waiting = [];
let busy = false, tries = 0, version = null;

const say = (text) => { if (line.textContent !== text) line.textContent = text; };

marks.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-mark]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  // Another tap on the same unit that has not left yet takes the place of the earlier one.
  const unit = body.get("unit");
  const earlier = waiting.findIndex((tap, at) => tap.get("unit") === unit && !(busy && at === 0));
  if (earlier >= 0) waiting.splice(earlier, 1);
  waiting.push(body);
  show(form, event.submitter);
  if (!busy) send();
});
addEventListener("beforeunload", (event) => { if (waiting.length > 0) event.preventDefault(); });

// The tap is seen at once.
function show(form, submitter) {
  for (const chip of form.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", String(chip === submitter));
}

async function send() {
  if (busy || waiting.length === 0) return;
  busy = true;
  const [body] = waiting;
  if (version !== null && !body.has("_tried")) body.set("_version", version);
  body.set("_tried", "1");
  say(line.dataset.saving);
  let answer;
  try {
    const reply = await fetch(location.pathname + location.search, {
      method: "POST",
      body,
      headers: { "Accept": "application/json" },
      signal: AbortSignal.timeout?.(LONGEST),
    });
    if (reply.status >= 500 || reply.status === 429) throw new Error(String(reply.status));
    answer = await reply.json();
  } catch {
    busy = false;
    say(`${line.dataset.failed} ${marks.dataset.waiting.replace("{n}", waiting.length)}`);
    setTimeout(send, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
    return;
  }
  busy = false;
  tries = 0;
  waiting.shift();
  take(answer, body.get("unit"));
  send();
}

function take(answer, unit) {
  if (answer.version !== undefined) version = answer.version;
  for (const [id, html] of Object.entries(answer.parts ?? {})) {
    // A unit that was tapped again meanwhile keeps what is seen of it.
    if (waiting.some((tap) => id === `don-vi-${tap.get("unit")}`)) continue;
    const part = document.getElementById(id);
    if (!part) continue;
    const held = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.innerHTML = html;
    if (held) document.getElementById(held)?.focus();
  }
  switch (answer.state) {
    case "saved": return say(line.dataset.saved.replace("{at}", answer.at));
    case "clash": return say(line.dataset.clash);
    case "signed-out": return signedOut(unit);
    default: return say("✗ " + (answer.text || answer.detail || line.dataset.failed));
  }
}

// Sent as a form, the tap comes along to the sign-in page.
function signedOut(unit) {
  say(line.dataset.signedOut);
  waiting.length = 0;
  const form = document.querySelector(`#don-vi-${unit} form`);
  const chip = form?.querySelector(".chip[aria-pressed=true]");
  // Of many marks one is chosen from a list, and no chip holds it.
  if (form) HTMLFormElement.prototype.requestSubmit.call(leave(form), chip ?? undefined);
}

function leave(form) {
  form.removeAttribute("data-mark");
  delete form.dataset.sent;
  return form;
}

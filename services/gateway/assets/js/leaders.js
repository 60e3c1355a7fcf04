// One tap saves one mark: taps wait in a line and are sent one by one, each with the version of the answer before it.
// What was cut off is sent again under the same id, so that it counts once.
"use strict";

const marks = document.querySelector("[data-marks]");
const line = document.querySelector("[data-save-line]");
const AGAIN = [1000, 2000, 5000, 10000];
// A connection that says nothing for so long is as good as cut.
const LONGEST = 20000;
const waiting = [];
// What leads to the sign-in, while taps wait for it.
let busy = false, tries = 0, version = null, signIn = null;

const say = (text) => { if (line.textContent !== text) line.textContent = text; };

marks.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-mark]");
  if (!form) return;
  event.preventDefault();
  // The chip by its name: not every browser puts the pressed button among a form's data.
  const body = new URLSearchParams(new FormData(form));
  if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
  // Another tap on the same unit that was never sent is replaced by this one.
  const unit = body.get("unit");
  const earlier = waiting.findIndex((tap) => tap.get("unit") === unit && !tap.has("_tried"));
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
  if (busy || signIn || waiting.length === 0) return;
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
  if (answer.state === "signed-out" && waiting.length > 1) return signedOut();
  waiting.shift();
  take(answer, body.get("unit"));
  send();
}

function take(answer, unit) {
  if (answer.version !== undefined) version = answer.version;
  if (answer.state === "saved") document.dispatchEvent(new Event("chiso-saved"));
  for (const [id, html] of Object.entries(answer.parts ?? {})) {
    // A unit that was tapped again meanwhile keeps what is seen of it; that tap comes after this answer.
    const next = waiting.find((tap) => id === `don-vi-${tap.get("unit")}`);
    if (next) {
      follow(next, html, answer.state === "saved");
      continue;
    }
    const part = document.getElementById(id);
    if (!part) continue;
    const held = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.innerHTML = html;
    if (held) document.getElementById(held)?.focus();
  }
  switch (answer.state) {
    case "saved": return say(line.dataset.saved.replace("{at}", answer.at));
    case "clash": return say(marks.dataset.clash);
    case "signed-out": return leaveWith(unit);
    default: return say("✗ " + (answer.text || answer.detail || line.dataset.failed));
  }
}

// A later tap on a unit is a request of its own, upon what the earlier one left.
function follow(tap, html, saved) {
  const row = document.createElement("div");
  row.innerHTML = html;
  for (const name of saved ? ["_request", "seen"] : ["_request"]) {
    const field = row.querySelector(`[name=${name}]`);
    if (field) tap.set(name, field.value);
  }
}

// Several taps wait: they stay on this page until somebody has signed in again in another tab.
function signedOut() {
  say(`${marks.dataset.signedOut} ${marks.dataset.waiting.replace("{n}", waiting.length)}. `);
  signIn = document.createElement("a");
  signIn.href = "/dang-nhap";
  signIn.target = "_blank";
  signIn.textContent = marks.dataset.signIn;
  line.append(signIn);
}

// Goes on where the same person is signed in, with the same slip.
async function resume() {
  if (!signIn || document.hidden) return;
  const reply = await fetch(location.href).catch(() => null);
  const page = new DOMParser().parseFromString(await reply?.text() ?? "", "text/html");
  const now = page.querySelector("[data-marks]");
  const same = now?.dataset.person === marks.dataset.person && now.dataset.slip === marks.dataset.slip;
  const token = now?.querySelector("[name=_csrf]")?.value;
  if (!signIn || !same || !token) return;
  for (const field of document.querySelectorAll("[name=_csrf]")) field.value = token;
  for (const tap of waiting) tap.set("_csrf", token);
  signIn.remove();
  signIn = null;
  send();
}
document.addEventListener("visibilitychange", resume);
addEventListener("focus", resume);

// Sent as a form, the one tap comes along to the sign-in page.
function leaveWith(unit) {
  say(line.dataset.signedOut);
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

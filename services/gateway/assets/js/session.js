// Warns five minutes before a session ends, and lets one go on that would end for want of pages.
"use strict";
(() => {
  const WARNING = 300;
  const { session, sessionAtMost, warning, ended, goOn, csrf } = document.body.dataset;
  if (!session) return;
  // Counted by the page's own clock, which does not stop while a machine sleeps.
  const last = Date.now() + 1000 * Number(sessionAtMost ?? Infinity);
  const after = (seconds) => Math.min(last, Date.now() + 1000 * Number(seconds));
  let ends = after(session);
  let shown = null, text = null;

  function warn() {
    shown = document.createElement("div");
    shown.className = "session notice";
    shown.setAttribute("role", "alert");
    text = document.createElement("p");
    text.textContent = warning;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = goOn;
    button.addEventListener("click", stay);
    shown.append(text, button);
    document.body.append(shown);
  }

  async function stay() {
    try {
      const reply = await fetch("/phien", {
        method: "POST",
        body: "",
        headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", "X-Chiso-Csrf": csrf },
      });
      if (reply.status === 401) text.textContent = ended;
      if (!reply.ok) return;
      const { seconds } = await reply.json();
      ends = after(seconds ?? Infinity);
      shown?.remove();
      shown = null;
    } catch {
      // Without a network the warning stays, and can be pressed again.
    }
  }

  // What is saved by itself keeps the session as pages do.
  document.addEventListener("chiso-saved", () => {
    ends = after(session);
    shown?.remove();
    shown = null;
  });
  setInterval(() => { if (!shown && ends - Date.now() < 1000 * WARNING) warn(); }, 5000);
})();

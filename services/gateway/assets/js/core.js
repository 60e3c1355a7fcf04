// What every page does with scripts that it also does without, only less comfortably.
"use strict";

// The summary of errors comes first.
document.querySelector("[data-focus]")?.focus();

// A password can be shown.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  // A shown password is not kept by the browser as an ordinary text.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}

// A text that has become too long says by how much; it is counted as the services count.
document.addEventListener("input", ({ target }) => {
  const place = target.closest?.(".field")?.querySelector("[data-over]");
  if (!place) return;
  const over = [...target.value.normalize("NFC")].length - Number(target.dataset.longest);
  place.textContent = over > 0 ? place.dataset.over.replace("{n}", over) : "";
});

// Ctrl+S saves, Ctrl+Enter goes on, Ctrl+K searches. No letter, digit or sign alone is a shortcut: those who type
// Vietnamese need them all.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
  const form = document.activeElement?.closest?.("form");
  const press = (selector) => {
    const target = form?.querySelector(selector) ?? document.querySelector(selector);
    if (!target) return;
    event.preventDefault();
    target.matches("input") ? target.focus() : target.click();
  };
  if (event.key === "s") press("[data-save]");
  if (event.key === "Enter") press("[data-next]");
  if (event.key === "k") press("input[type=search]");
});

// A form that is sent twice by a double click is sent once. The request's id would give the first answer again anyhow.
for (const form of document.querySelectorAll("form[method=post]:not([data-autosave])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    // Where nothing came of it, as after Esc, it can be sent again.
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
}
// The back button brings a page as it was left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// Sends a file with its progress, which can be stopped and tried again: the file stays chosen, and the same ids make one
// piece of evidence of however many tries.
"use strict";

for (const form of document.querySelectorAll("form[data-upload]")) upload(form);

function upload(form) {
  const line = form.querySelector("[data-upload-line]");
  const bar = form.querySelector("progress");
  const cancel = form.querySelector("[data-cancel]");
  const secret = form.elements.namedItem("secret");
  let request = null;

  const say = (text) => { line.textContent = text; };
  const told = (name) => form.dataset[name] ?? "";

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!request) start();
  });
  cancel.addEventListener("click", () => request?.abort());
  addEventListener("beforeunload", (event) => { if (request) event.preventDefault(); });

  // What is secret is not even chosen here.
  secret.addEventListener("change", closed);
  function closed() {
    for (const field of form.querySelectorAll("[name=file], [name=file_document], [name=file_locator], [type=submit]")) {
      field.disabled = secret.checked;
    }
    if (!secret.checked) return;
    form.elements.namedItem("file").value = "";
    const record = document.getElementById("truc-tiep");
    if (record) record.open = true;
  }
  closed();

  function start() {
    faults([]);
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.floor((event.loaded / event.total) * 100);
    });
    request.addEventListener("load", () => end(() => take(request)));
    request.addEventListener("error", () => end(() => say("✗ " + told("failed"))));
    request.addEventListener("abort", () => end(() => say(told("cancelled"))));
    say(told("sending"));
    bar.value = 0;
    bar.hidden = cancel.hidden = false;
    request.send(new FormData(form));
  }

  function end(then) {
    bar.hidden = cancel.hidden = true;
    then();
    request = null;
  }

  function take(request) {
    let answer;
    try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
    if (answer.state === "saved") {
      request = null;
      location.hash = "tai-lieu";
      location.reload();
      return;
    }
    if (answer.state === "signed-out") return say(told("signedOut"));
    faults(answer.errors ?? []);
    const other = answer.errors?.find((error) => !error.field);
    say("✗ " + (other?.text ?? answer.title ?? answer.detail ?? told("failed")));
  }

  function faults(errors) {
    for (const place of form.querySelectorAll("[data-error]")) {
      const own = errors.find((error) => error.field === place.dataset.error);
      place.querySelector("[data-text]").textContent = own?.text ?? "";
      place.hidden = !own;
      place.closest(".field")?.classList.toggle("faulty", Boolean(own));
    }
  }
}

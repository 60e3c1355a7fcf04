// Sends a file with its progress, which can be stopped and tried again: the file stays chosen, and the same ids make one
// piece of evidence of however many tries.
"use strict";

for (const form of document.querySelectorAll("form[data-upload]")) upload(form);

function upload(form) {
  const line = form.querySelector("[data-upload-line]");
  const bar = form.querySelector("progress");
  const cancel = form.querySelector("[data-cancel]");
  const secret = form.elements.namedItem("secret");
  let request = null, tried = false;

  const say = (text) => { line.textContent = text; };
  const told = (name) => form.dataset[name] ?? "";

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!request) start();
  });
  cancel.addEventListener("click", () => request?.abort());
  addEventListener("beforeunload", (event) => { if (request) event.preventDefault(); });

  // After a try whose answer was lost, another file or another name of it is another piece.
  form.addEventListener("change", () => {
    if (!tried || request) return;
    tried = false;
    for (const name of ["_request", "_evidence"]) form.elements.namedItem(name).value = id();
  });

  // A random UUID; where pages come over plain HTTP, browsers have no ready-made one.
  function id() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

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
    tried = true;
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.floor((event.loaded / event.total) * 100);
    });
    request.addEventListener("load", () => take(end()));
    request.addEventListener("error", () => { end(); say("✗ " + told("failed")); });
    request.addEventListener("abort", () => { end(); say(told("cancelled")); });
    say(told("sending"));
    bar.value = 0;
    bar.hidden = cancel.hidden = false;
    request.send(new FormData(form));
  }

  // What came back, now that nothing is under way.
  function end() {
    const text = request.responseText;
    request = null;
    bar.hidden = cancel.hidden = true;
    return text;
  }

  function take(text) {
    let answer;
    try { answer = JSON.parse(text); } catch { answer = {}; }
    if (answer.state === "saved") return uploaded(answer.version);
    if (answer.state === "signed-out") return say(told("signedOut"));
    faults(answer.errors ?? []);
    const other = answer.errors?.find((error) => !error.field);
    say("✗ " + (other?.text ?? answer.title ?? answer.detail ?? told("failed")));
  }

  // The page is opened anew with the file in its list, once nothing that is typed on it waits to be saved. The file made
  // a version of the criterion of its own: where nobody else changed it, what is typed goes over that one.
  function uploaded(version) {
    say(told("uploaded"));
    for (const field of document.querySelectorAll("form[data-autosave] [name=_version]")) {
      if (Number(field.value) === version - 1) field.value = version;
    }
    document.addEventListener("chiso-settled", reload);
    reload();
  }

  function reload() {
    if (document.querySelector("[data-unsaved]")) return;
    location.hash = "tai-lieu";
    location.reload();
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

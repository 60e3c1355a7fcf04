// A workbook is looked at without leaving the page, so that the chosen file stays chosen for the import.
"use strict";

for (const button of document.querySelectorAll("[data-look-button]")) {
  const { form } = button;
  const line = form.querySelector("[data-look-line]");
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    line.textContent = form.dataset.looking;
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("ket-qua");
      // Signed out meanwhile, or somewhere else: the form itself goes there.
      if (!found) throw new Error(answer.status);
      // What was wrong with the file before is no longer said.
      document.querySelector("main > .summary")?.remove();
      for (const field of form.querySelectorAll(".faulty")) field.classList.remove("faulty");
      for (const error of form.querySelectorAll("[data-error]")) error.hidden = true;
      for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
      document.title = page.title;
      // What it was compared with is what has been seen now.
      form.elements.namedItem("da-xem").value = page.querySelector("[name=da-xem]").value;
      const wrong = page.querySelector(".summary");
      if (wrong && !found.querySelector("table")) found.prepend(wrong);
      document.getElementById("ket-qua").replaceWith(found);
      line.textContent = "";
      found.scrollIntoView();
      found.focus();
    } catch {
      line.textContent = form.dataset.lookFailed;
    } finally {
      button.disabled = false;
    }
  });
}

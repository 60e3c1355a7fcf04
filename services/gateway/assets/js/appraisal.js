// The form of a decision: whoever agrees confirms the unit's own result and needs no other fields.
"use strict";
(() => {
  const form = document.querySelector("form[data-appraisal]");
  if (!form) return;
  const agreed = form.querySelector("[data-agreed]");
  const values = form.querySelector("[data-values]");

  function show() {
    const agrees = form.elements.namedItem("decision")?.value === "agree";
    agreed.hidden = !agrees;
    values.hidden = agrees;
  }

  form.addEventListener("change", show);
  show();
  // The back button brings back what was chosen, after scripts have run.
  addEventListener("pageshow", show);
})();

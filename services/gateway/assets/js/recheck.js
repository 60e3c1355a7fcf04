// The call: digits choose a result while the focus is in that group, and only what a result asks for is shown.
"use strict";
(() => {
  const group = document.querySelector("[data-results]");
  if (!group) return;
  const radios = [...group.querySelectorAll("input[type=radio]")];

  function show() {
    const chosen = radios.find((radio) => radio.checked)?.value ?? "";
    for (const part of document.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== chosen;
  }

  // 1 to 9, then 0, as the results are numbered. Nowhere else, so that numbers can be typed.
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[0-9]$/.test(event.key)) return;
    const radio = radios[(Number(event.key) + 9) % 10];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    show();
  });
  group.addEventListener("change", show);
  show();
})();

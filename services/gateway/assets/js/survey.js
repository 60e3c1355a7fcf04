// A slip while it is filled in: what is asked, by the same conditions as the survey's; what an answer has to satisfy, said
// once its field is left; digits choose where the focus is in a group of choices. The survey decides all the same.
"use strict";
(() => {
  const form = document.querySelector("form.slip");
  if (!form?.querySelector("[data-answered]")) return;
  const read = (text) => (text ? JSON.parse(text) : null);
  const questions = [...form.querySelectorAll("[data-question]")].map((place) => ({
    place,
    name: place.dataset.question,
    relevant: read(place.dataset.relevant),
    constraint: read(place.dataset.constraint),
    message: place.dataset.message,
    whole: place.dataset.whole,
    error: place.querySelector("[data-error]"),
  }));
  const left = new Set();

  // As the survey keeps it: without blanks around, numbers without zeros in front.
  function typed(question) {
    const field = form.elements.namedItem(`cau-${question.name}`);
    const value = (field?.value ?? "").trim().normalize("NFC");
    return question.whole && number(value) !== null ? String(number(value)) : value;
  }

  function number(value) {
    if (typeof value === "number" || value === null) return value;
    if (typeof value === "boolean") return Number(value);
    return /^-?\d{1,15}$/.test(value) ? Number(value) : null;
  }

  // Texts are equal letter by letter; everything else is compared as numbers.
  function compared(sign, a, b) {
    if (typeof a === "string" && typeof b === "string" && (sign === "=" || sign === "!=")) return (a === b) === (sign === "=");
    const [x, y] = [number(a), number(b)];
    if (x === null || y === null) return sign === "!=";
    switch (sign) {
      case "=": return x === y;
      case "!=": return x !== y;
      case "<": return x < y;
      case "<=": return x <= y;
      case ">": return x > y;
      default: return x >= y;
    }
  }

  function worth([sign, ...parts], own, answers) {
    const of = (part) => worth(part, own, answers);
    const sum = (numbers) => numbers.reduce((all, one) => (all === null || one === null ? null : all + one), 0);
    switch (sign) {
      case "or": return parts.some((part) => Boolean(of(part)));
      case "and": return parts.every((part) => Boolean(of(part)));
      case "not": return !of(parts[0]);
      case "+": return sum(parts.map((part) => number(of(part))));
      case "-": return sum([number(of(parts[0]))].map((one) => (one === null ? null : -one)));
      case "selected": return of(parts[0]) === parts[1];
      case "length": return [...of(parts[0])].length;
      case "answer": return answers.get(parts[0]) ?? "";
      case "own": return own;
      case "text": case "number": return parts[0];
      default: return compared(sign, of(parts[0]), of(parts[1]));
    }
  }

  function show() {
    const answers = new Map();
    let [all, done] = [0, 0];
    for (const question of questions) {
      const asked = !question.relevant || Boolean(worth(question.relevant, "", answers));
      question.place.hidden = !asked;
      if (!asked) continue;
      const value = typed(question);
      answers.set(question.name, value);
      if (question.error) {
        all += 1;
        done += Number(value !== "");
        say(question, fault(question, value, answers));
      }
    }
    for (const part of form.querySelectorAll("[data-part]")) {
      part.hidden = !part.querySelector("[data-question]:not([hidden])");
    }
    const line = form.querySelector("[data-answered]");
    const text = line.dataset.answered.replace("{done}", done).replace("{all}", all);
    if (line.textContent !== text) line.textContent = text;
  }

  function fault(question, value, answers) {
    if (value === "") return "";
    if (question.whole && number(value) === null) return question.whole;
    return question.constraint && !worth(question.constraint, value, answers) ? question.message : "";
  }

  // A fault is said once the field is left, and taken back as soon as it is mended.
  function say(question, text) {
    const place = question.error.querySelector("[data-text]");
    if (!left.has(question.name)) return;
    if (place.textContent !== text) place.textContent = text;
    question.error.hidden = text === "";
    question.error.closest(".field").classList.toggle("faulty", text !== "");
    const field = document.getElementById(`f-cau-${question.name}`);
    text ? field?.setAttribute("aria-invalid", "true") : field?.removeAttribute("aria-invalid");
  }

  const leave = (event) => {
    const name = event.target.closest?.("[data-question]")?.dataset.question;
    if (name) left.add(name);
    // A line that comes between press and release moves the button away from under the finger, and the tap is lost.
    setTimeout(show, pressed ? 250 : 0);
  };
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => { pressed = false; }), true);
  }
  form.addEventListener("input", (event) => {
    const place = event.target.closest("[data-question]");
    if (place?.querySelector("[data-error]:not([hidden])")) left.add(place.dataset.question);
    show();
  });
  form.addEventListener("change", leave);
  form.addEventListener("focusout", leave);
  document.addEventListener("chiso-saved", show);

  // The names of options are digits where they are levels. In a text box digits stay digits.
  form.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || !/^[0-9]$/.test(event.key)) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const radios = event.target.closest("fieldset").querySelectorAll("input[type=radio]");
    const radio = [...radios].find((one) => one.value === event.key && !one.disabled);
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });
  show();
})();

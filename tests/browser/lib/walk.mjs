// A walk through a page by Tab alone: what has the focus can be seen, is named, and nothing is left out.

const LOOKS = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'backgroundColor', 'borderColor',
  'textDecorationLine', 'color'];

// Everything that Tab should come to, by kind and name, in the order of the walk. A group of radios is one stop. Of a
// long list of what is alike so many stops can be enough.
export async function walk(page, what, most = 400, enough = Infinity) {
  await page.evaluate(prepare, LOOKS);
  await page.evaluate(begin);
  const stops = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(look, LOOKS);
    if (stop === null) break;
    if (stop.fault) throw new Error(`${what}: ${stop.fault}: ${stop.html}`);
    if (stop.again) break;
    stops.push(stop.name);
    if (stops.length >= enough) return stops;
    if (stops.length > most) throw new Error(`${what}: Tab does not come to an end after ${most} stops`);
  }
  const missed = await page.evaluate(left);
  if (missed.length > 0) throw new Error(`${what}: Tab never comes to ${missed.join(' | ')}`);
  return stops;
}

// Tab goes on from where something had the focus last: from what stood before everything else.
function begin() {
  const first = document.createElement('span');
  first.tabIndex = -1;
  document.body.prepend(first);
  first.focus();
  first.remove();
}

// Remembers how everything looks while it has no focus.
function prepare(looks) {
  const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0;
  const able = [...document.querySelectorAll(all)].filter((element) => !element.disabled && shown(element));
  const style = (element) => {
    const computed = getComputedStyle(element);
    return looks.map((look) => computed[look]).join(';');
  };
  globalThis.walked = {
    before: new Map(able.map((element) => [element, style(element)])),
    seen: new Set(),
  };
}

function look(looks) {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const { before, seen } = globalThis.walked;
  if (seen.has(element)) return { again: true };
  seen.add(element);
  const html = element.outerHTML.slice(0, 160);
  const labels = [...(element.labels ?? [])];
  const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id));
  const texts = [
    ...by.map((other) => other?.innerText),
    element.getAttribute('aria-label'),
    ...labels.map((label) => label.innerText),
    element.innerText,
    element.title,
  ];
  const name = texts.map((text) => (text ?? '').trim()).find((text) => text !== '');
  if (!name) return { fault: 'has no name', html };
  const computed = getComputedStyle(element);
  // A radio or a box that is drawn by its label shows the focus there.
  const now = looks.map((style) => computed[style]).join(';');
  const drawn = labels.some((label) => label.matches(':focus-within') && label.querySelector('*, ::before') !== null);
  if (before.get(element) === now && !drawn) return { fault: 'has the focus and does not show it', html };
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const points = [
    [(left + right) / 2, (top + bottom) / 2],
    [left + 3, top + 3],
    [right - 3, top + 3],
    [left + 3, bottom - 3],
    [right - 3, bottom - 3],
  ];
  const on = ([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (element.contains(there) || labels.some((label) => label.contains(there)));
  };
  if (!points.some(on)) return { fault: 'has the focus and is hidden by something, or outside the window', html };
  return { name: `${element.tagName.toLowerCase()} ${name.split('\n')[0]}` };
}

// What could have had the focus and never had. Radios of one name are one stop.
function left() {
  const { before, seen } = globalThis.walked;
  const group = (element) => (element.type === 'radio' ? `${element.form?.id} ${element.name}` : null);
  const groups = new Set([...seen].map(group));
  return [...before.keys()]
    .filter((element) => !seen.has(element) && (group(element) === null || !groups.has(group(element))))
    .map((element) => element.outerHTML.slice(0, 120));
}

// Working a page by keys alone: Tab to something, then the keys that people know.

// Tab until something has the focus; from the page's end it goes on at its beginning.
export async function reach(page, target, most = 400) {
  for (let stops = 0; stops <= most; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${target} in ${most} stops`);
}

export async function press(page, target, key = 'Enter') {
  await reach(page, target);
  await page.keyboard.press(key);
}

// In place of what stands there.
export async function write(page, field, text) {
  await reach(page, field);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

// One of a group of radios: Tab comes to the group, arrows go on within it.
export async function choose(page, radio, most = 400) {
  const name = await radio.getAttribute('name');
  const within = () => page.evaluate((own) => document.activeElement?.name === own, name);
  for (let stops = 0; !(await within()); stops += 1) {
    if (stops > most) throw new Error(`Tab does not come to the group of ${radio}`);
    await page.keyboard.press('Tab');
  }
  const there = () => radio.evaluate((element) => element === document.activeElement);
  for (let stops = 0; !(await there()); stops += 1) {
    if (stops > most) throw new Error(`arrows do not come to ${radio}`);
    await page.keyboard.press('ArrowDown');
  }
  if (!(await radio.isChecked())) await page.keyboard.press('Space');
}

// One of the options of a list, by its text.
export async function pick(page, list, text, most = 400) {
  await reach(page, list);
  await page.keyboard.press('Home');
  const chosen = () => list.evaluate((element) => element.selectedOptions[0]?.text);
  for (let stops = 0; (await chosen()) !== text; stops += 1) {
    if (stops > most) throw new Error(`arrows do not come to ${text}`);
    await page.keyboard.press('ArrowDown');
  }
}

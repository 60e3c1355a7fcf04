// What is looked at on each page, whoever made it.
import { axe } from '../lib/axe.mjs';
import { holds } from '../lib/check.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

// Stops of a walk; what comes later is more of the same list.
const ENOUGH = 120;

// Every state: the rules of WCAG, and how it looks; of each page once at every width, and the way by Tab.
export const whole = (play) => async (page, { name, number }) => {
  await axe(page, name);
  if (number === 1) {
    await shoot(play, page, name);
    await walk(page, name, 400, ENOUGH);
  } else {
    await shoot(play, page, name, [360, 1366]);
  }
};

// Colours of the person's own: what tells a state is more than a colour, and the focus is seen.
export const forced = (play) => async (page, { name }) => {
  await axe(page, `${name} in forced colours`);
  await walk(page, `${name} in forced colours`, 400, ENOUGH);
  await page.screenshot({ path: `${play.given.pictures}/${play.name}-${name}.png` });
};

// In English: nothing of the page's own is left in Vietnamese, and no text is missing.
export const english = (play) => async (page, { name }) => {
  holds((await page.locator('html').getAttribute('lang')) === 'en', `${name} is not in English`);
  const words = await page.locator('body').innerText();
  holds(!/[⟦⟧]|\{\s*\$/.test(words), `${name} lacks a text`);
  const own = 'h1, h2, h3, legend, th, button, .summary h2, nav a';
  const left = (await page.locator(own).allInnerTexts()).filter((text) => VIETNAMESE.test(text));
  holds(left.every((text) => !OURS.test(text)), `${name} says in Vietnamese: ${left.filter((text) => OURS.test(text))}`);
  await axe(page, `${name} in English`);
  await page.screenshot({ path: `${play.given.pictures}/${play.name}-${name}.png`, fullPage: true });
};

// Letters that only Vietnamese has, and the words of ours that stand beside names of units and criteria.
const VIETNAMESE = /[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]/;
const OURS = /^(Lưu|Gửi|Xem|Hủy|Đóng|Mở|Tiếp|Trạng thái|Đơn vị|Điểm|Hạn|Quay lại|Tìm|Lọc)(\s|$)/;

// What somebody can change.
const CHANGED = 'textarea:read-write, select:enabled, input:enabled:is(:read-write, [type=radio], [type=checkbox])';

// Without scripts each form still has its own button, and nothing waits for a script.
export const silent = () => async (page, { name }) => {
  const bare = await page.locator('main form').evaluateAll((forms, changed) =>
    forms.filter((form) => {
      const own = [...form.elements];
      // What is locked is shown in a form that nobody can send.
      const open = own.some((element) => element.type !== 'hidden' && element.matches(changed));
      return open && !own.some((element) => element.type === 'submit' && getComputedStyle(element).display !== 'none');
    }).map((form) => form.outerHTML.slice(0, 160)), CHANGED);
  holds(bare.length === 0, `${name} has a form that only a script sends: ${bare.join(' | ')}`);
  holds((await page.locator('h1').count()) === 1, `${name} has no heading`);
};

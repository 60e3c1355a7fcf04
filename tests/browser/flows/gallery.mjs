// Every component in every state, at every width, for those who see little, use no mouse or read English; and what a
// form keeps when its saving is disturbed.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { compose, unikey, vni } from '../lib/keys.mjs';
import { failRequest, loseAnswer } from '../lib/net.mjs';
import { fits, shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const PATH = '/_/components';
const SAVED = /Đã lưu lúc \d\d:\d\d/;
const WORDS = 'Đã ban hành Kế hoạch số 215, đúng thời hạn; “hoàn thành vượt mức” 12,5 điểm';
const SHORT = 'Đã hoàn thành đúng hạn';
const slowly = (page, text) => compose(page, text, 900);

export default async function gallery(play) {
  const page = await play.visitor();
  await play.step('as it is', () => asItIs(play, page));
  await play.step('at 400 %', () => large(play));
  await play.step('in forced colours', () => forced(play));
  await play.step('in English', () => english(play));
  await play.step('without scripts', () => withoutScripts(play));
  await play.step('typing is saved', () => typing(page));
  await play.step('too long a text', () => tooLong(page));
  await play.step('a disturbed saving', () => disturbed(play, page));
}

async function asItIs(play, page) {
  await page.goto(PATH);
  await axe(page, 'the gallery');
  await shoot(play, page, 'all');
  const stops = await walk(page, 'the gallery');
  equal(stops[0], 'a Đến nội dung chính', 'what Tab comes to first');
}

// A window of 1280 px at 400 % has room for 320.
async function large(play) {
  const page = await play.visitor({ width: 320, height: 256 });
  await page.goto(PATH);
  await fits(page, 'the gallery at 400 %');
  await axe(page, 'the gallery at 400 %');
}

async function forced(play) {
  const page = await play.visitor({ colours: 'forced' });
  await page.goto(PATH);
  await axe(page, 'the gallery in forced colours');
  await walk(page, 'the gallery in forced colours');
  await page.screenshot({ path: `${play.given.pictures}/gallery-forced.png`, fullPage: true });
}

async function english(play) {
  const page = await play.visitor();
  await page.goto(PATH);
  await page.getByRole('link', { name: 'English' }).click();
  await page.waitForURL(PATH);
  equal(await page.locator('html').getAttribute('lang'), 'en', 'the language of the page');
  await axe(page, 'the gallery in English');
  await shoot(play, page, 'english');
}

// The form is sent whole, comes back with what was typed, and says what to do.
async function withoutScripts(play) {
  const page = await play.visitor({ scripts: false });
  await page.goto(PATH);
  const form = page.locator('form[data-autosave]');
  await form.locator('[name=points]').fill('1.234,5');
  await form.locator('[name=note]').fill('');
  await form.getByRole('button').first().click();
  holds((await page.title()).startsWith('Lỗi: '), `the title is ${await page.title()}`);
  equal(await form.locator('[name=points]').inputValue(), '1.234,5', 'what was typed');
  const links = page.locator('.summary a');
  equal(await links.count(), 2, 'what is to be corrected');
  for (const link of await links.all()) {
    const target = page.locator(await link.getAttribute('href'));
    equal(await target.count(), 1, `where "${await link.innerText()}" leads`);
  }
  await shoot(play, page, 'errors');
  await form.locator('[name=points]').fill('12,5');
  await form.locator('[name=note]').fill(WORDS);
  await form.getByRole('button').first().click();
  equal(await page.locator('.summary').count(), 0, 'what is still to be corrected');
}

// As the three tools type; in the midst of a syllable nothing is saved.
async function typing(page) {
  for (const [name, type, text] of [['unikey', unikey, WORDS], ['vni', vni, WORDS], ['slowly', slowly, SHORT]]) {
    await page.goto(PATH);
    const sent = [];
    const note = (request) => {
      if (request.method() === 'POST') sent.push(new URLSearchParams(request.postData()).get('note'));
    };
    page.on('request', note);
    const box = page.locator('form[data-autosave] [name=note]');
    await box.fill('');
    await type(page, text);
    await page.locator('#echo').filter({ hasText: text }).waitFor();
    equal(await box.inputValue(), text, `what stands in the box, ${name}`);
    page.off('request', note);
    for (const saved of name === 'slowly' ? sent : []) {
      const whole = text.startsWith(saved) && /^(\s|$)/.test(text.slice(saved.length));
      holds(whole || saved.endsWith(' '), `"${saved}" was saved in the midst of a syllable`);
    }
    holds(SAVED.test(await page.locator('[data-save-line]').innerText()), `the line of ${name}`);
  }
}

// A paste that is too long stands whole, says by how much, and can be shortened; macOS's letters in two parts count once.
async function tooLong(page) {
  await page.goto(PATH);
  const box = page.locator('form[data-autosave] [name=note]');
  const over = page.locator('form[data-autosave] [data-over]');
  const text = 'ệ'.repeat(403);
  await box.fill(text.normalize('NFD'));
  equal(await over.innerText(), 'Đang dài hơn 3 ký tự; rút ngắn trước khi gửi.', 'what is said of the length');
  equal((await box.inputValue()).normalize('NFC'), text, 'what was pasted');
  await box.fill(text.slice(3));
  equal(await over.innerText(), '', 'what is said once it fits');
}

async function disturbed(play, page) {
  play.expects(/net::ERR_CONNECTION_RESET|^500 \/_\/components|status of 500/);
  await page.goto(PATH);
  const ids = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') ids.push(new URLSearchParams(request.postData()).get('_request'));
  });
  const line = page.locator('[data-save-line]');
  const box = page.locator('form[data-autosave] [name=note]');
  const type = async (text) => {
    await box.fill(text);
    await box.press('Control+s');
  };
  await failRequest(page, 'POST', PATH);
  await type('một');
  await line.filter({ hasText: 'Chưa lưu được' }).waitFor();
  await page.locator('#echo').filter({ hasText: 'một' }).waitFor();
  equal(ids[0], ids[1], 'the id after 500');
  await page.unrouteAll();
  const lost = await loseAnswer(page, 'POST', PATH);
  await type('hai');
  equal(await lost.status, 200, 'the answer that was lost');
  await page.locator('#echo').filter({ hasText: 'hai' }).waitFor();
  equal(ids.at(-2), ids.at(-1), 'the id after a lost answer');
  holds(ids[0] !== ids.at(-1), 'another saving has another id');
  for (const [mood, words] of [['clash', 'vừa được sửa ở nơi khác'], ['locked', 'Chưa|✗'], ['broken', 'Chưa lưu được']]) {
    await page.goto(PATH);
    if (mood === 'broken') await page.locator('[name=note]').first().fill('ba');
    await page.locator('form[data-autosave] select').selectOption(mood);
    await line.filter({ hasText: new RegExp(words) }).waitFor();
    equal(await box.inputValue() !== '', true, `what was typed, ${mood}`);
  }
}

// A leader with 22 departments and two districts on a tablet that is touched: one tap each, saved at each, sent once,
// changed afterwards; the districts all at once; a cut, a second tab, a secretary, and the end of the window.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { press } from '../lib/keyboard.mjs';
import { delay, loseAnswer, loseRequest } from '../lib/net.mjs';
import { signIn } from '../lib/people.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const TABLET = { width: 768, height: 1024, touch: true };
const SAVED = /Đã lưu lúc \d\d:\d\d/;

const row = (page, unit) => page.locator(`#don-vi-${unit}`);
const chip = (page, unit, label) => row(page, unit).getByRole('button', { name: label, exact: true });
const pressed = (page, unit) => row(page, unit).locator('.chip[aria-pressed=true]');

export default async function leader(play) {
  const slip = `/cho-diem/${play.given.cycle}`;
  const page = await play.person('leader 1', TABLET);
  await play.step('from the first page to an empty slip', () => empty(play, page, slip));
  await play.step('22 taps', () => taps(play, page));
  await play.step('a bad network', () => network(play, page));
  await play.step('one tap corrected by the next', () => corrected(page));
  await play.step('signed out with taps that wait', () => signedOut(play, page));
  await play.step('two tabs', () => tabs(play, page, slip));
  await play.step('review and send', () => send(play, page));
  await play.step('changed and sent again', () => again(play, page, slip));
  await play.step('a secretary', () => secretary(play, slip));
  await play.step('another leader, without scripts', () => withoutScripts(play, slip));
  await play.step('people who have no slip', () => others(play, slip));
  await play.step('after the window', () => over(play, page, slip));
}

async function empty(play, page, slip) {
  await page.getByRole('link', { name: /Phiếu cho điểm/ }).click();
  equal(new URL(page.url()).pathname, `${slip}/department`, 'where the slip begins');
  equal(await page.locator('.marks > li').count(), 22, 'the departments');
  equal(await page.locator('.chip[aria-pressed=true]').count(), 0, 'what is chosen beforehand');
  await axe(page, 'an empty slip');
  await shoot(play, page, 'empty');
  await walk(page, 'an empty slip', 500);
  const small = await page.locator('.chip').evaluateAll((chips) =>
    chips.map((chip) => chip.getBoundingClientRect()).filter(({ width, height }) => width < 44 || height < 44).length);
  equal(small, 0, 'chips too small to be touched');
}

// Taps as fast as they can be made: each is one request, and each is kept.
async function taps(play, page) {
  const rows = await page.locator('.marks > li').all();
  const begun = Date.now();
  let number = 0;
  for (const one of rows) {
    const label = number === 21 ? 'Không cho điểm' : ['4,00', '3,25', '2,50'][number % 3];
    await one.getByRole('button', { name: label, exact: true }).tap();
    number += 1;
  }
  await page.locator('#loai-hinh').getByText('22/22').waitFor();
  console.log(`leader: 22 taps saved in ${Date.now() - begun} ms`);
  await page.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  equal(await page.locator('.chip[aria-pressed=true]').count(), 22, 'what is chosen');
  await axe(page, 'a marked slip');
  await shoot(play, page, 'marked');
}

async function network(play, page) {
  play.expects(/net::ERR_CONNECTION_RESET|net::ERR_INTERNET_DISCONNECTED/);
  const line = page.locator('[data-save-line]');
  const { pathname } = new URL(page.url());
  await loseRequest(page, 'POST', pathname);
  await chip(page, 'SYT', '1,75').tap();
  await line.filter({ hasText: 'Chưa lưu được' }).waitFor();
  await line.filter({ hasText: SAVED }).waitFor();
  await page.unrouteAll();
  const lost = await loseAnswer(page, 'POST', pathname);
  await chip(page, 'SYT', '2,00').tap();
  equal(await lost.status, 200, 'the answer that was lost');
  await line.filter({ hasText: SAVED }).waitFor();
  await page.reload();
  equal(await pressed(page, 'SYT').innerText(), '2,00', 'what is kept of the last tap');
}

// Tapped anew before the answer is there, and after an answer that was lost: the last tap counts, and is no clash.
async function corrected(page) {
  const line = page.locator('[data-save-line]');
  const { pathname } = new URL(page.url());
  await delay(page, 1500);
  await chip(page, 'SYT', '1,25').tap();
  await line.filter({ hasText: 'Đang lưu' }).waitFor();
  await chip(page, 'SYT', '2,25').tap();
  await line.filter({ hasText: SAVED }).waitFor();
  await delay(page, 0);
  const lost = await loseAnswer(page, 'POST', pathname);
  await chip(page, 'SYT', '1,25').tap();
  await lost.status;
  await chip(page, 'SYT', '2,75').tap();
  await line.filter({ hasText: SAVED }).waitFor();
  equal(await row(page, 'SYT').locator('.error:visible').count(), 0, 'what is said of it');
  await page.reload();
  equal(await pressed(page, 'SYT').innerText(), '2,75', 'what is kept');
}

// What was tapped stays on the page, and is sent once the same person is signed in again.
async function signedOut(play, page) {
  play.expects(/status of 401|^401 /);
  const line = page.locator('[data-save-line]');
  await delay(page, 1500);
  await chip(page, 'SYT', '3,00').tap();
  await page.context().clearCookies();
  await chip(page, 'STC', '1,00').tap();
  await chip(page, 'SNV', '1,50').tap();
  await line.getByRole('link', { name: 'Đăng nhập ở thẻ mới' }).waitFor();
  await delay(page, 0);
  await axe(page, 'taps that wait for somebody to sign in');
  await shoot(play, page, 'signed-out');
  const other = await page.context().newPage();
  await signIn(play, other, 'leader 1');
  await other.close();
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await line.filter({ hasText: SAVED }).waitFor();
  await page.reload();
  for (const [unit, mark] of [['SYT', '3,00'], ['STC', '1,00'], ['SNV', '1,50']]) {
    equal(await pressed(page, unit).innerText(), mark, `the mark of ${unit}`);
  }
}

// Of one unit: both values are told, and nothing is overwritten. Of another unit: nobody is disturbed.
async function tabs(play, page, slip) {
  const other = await page.context().newPage();
  await other.goto(`${slip}/department`);
  await chip(other, 'STC', '0,50').click();
  await other.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  await chip(page, 'BDT', '3,75').tap();
  await page.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  equal(await pressed(page, 'BDT').innerText(), '3,75', 'a unit that only this tab touched');
  await chip(other, 'SNV', '0,25').click();
  await other.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  await page.reload();
  await chip(other, 'SNV', '0,75').click();
  await other.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  await chip(page, 'SNV', '4,00').tap();
  const told = row(page, 'SNV').locator('.error');
  await told.waitFor();
  const words = await told.innerText();
  holds(words.includes('0,75') && words.includes('4,00'), `both values are told: ${words}`);
  equal(await pressed(page, 'SNV').innerText(), '0,75', 'what stays');
  await axe(page, 'a clash');
  await shoot(play, page, 'clash');
  await chip(page, 'SNV', '4,00').tap();
  await page.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  equal(await pressed(page, 'SNV').innerText(), '4,00', 'what was chosen upon it');
  await other.close();
}

// To the review, which is another page.
async function review(page) {
  await page.getByRole('link', { name: 'Xem lại và gửi' }).tap();
  await page.waitForURL('**/gui');
}

async function send(play, page) {
  await review(page);
  await page.getByText('Còn 2 đơn vị chưa cho điểm').waitFor();
  equal(await page.getByRole('button', { name: 'Gửi phiếu' }).count(), 0, 'a way to send what is not complete');
  await axe(page, 'a review with units missing');
  await shoot(play, page, 'missing');
  await page.getByRole('link', { name: 'UBND thành phố Việt Trì' }).tap();
  await rest(play, page);
  await review(page);
  await axe(page, 'a review');
  await shoot(play, page, 'review');
  await page.getByRole('button', { name: 'Gửi phiếu' }).tap();
  await page.getByText(/số biên nhận [0-9a-f]{12}/).waitFor();
  await axe(page, 'a slip that was sent');
  await shoot(play, page, 'sent');
  // The back button brings the page from before; what it holds can be sent again and does no harm.
  const receipt = await page.getByText(/số biên nhận [0-9a-f]{12}/).innerText();
  await page.goBack();
  const again = page.getByRole('button', { name: 'Gửi phiếu' });
  if (await again.count()) {
    await again.tap();
    await page.waitForLoadState();
  }
  await page.goForward().catch(() => undefined);
  await page.getByText(/số biên nhận [0-9a-f]{12}/).waitFor();
  equal(await page.getByText(/số biên nhận [0-9a-f]{12}/).innerText(), receipt, 'the receipt after the back button');
}

// Both districts at once: which they are is told before, and nothing is chosen beforehand.
async function rest(play, page) {
  await page.getByRole('link', { name: 'Cho các đơn vị còn lại' }).tap();
  await page.waitForURL('**/con-lai');
  equal(await page.getByRole('radio', { checked: true }).count(), 0, 'what is chosen for the rest beforehand');
  await page.getByText('UBND thành phố Việt Trì').waitFor();
  await walk(page, 'the rest');
  await axe(page, 'the rest');
  await shoot(play, page, 'rest');
  await page.getByLabel('3,00', { exact: true }).check();
  await page.getByRole('button', { name: 'Cho điểm 2 đơn vị' }).tap();
  await page.locator('#loai-hinh').getByText('2/2', { exact: true }).waitFor();
  for (const unit of ['VT', 'DH']) equal(await pressed(page, unit).innerText(), '3,00', `the mark of ${unit}`);
}

async function again(play, page, slip) {
  await page.goto(`${slip}/district`);
  await press(page, chip(page, 'DH', '1,00'));
  await page.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
  await page.reload();
  await page.getByText('Đã sửa, chưa gửi lại').waitFor();
  await shoot(play, page, 'changed');
  await review(page);
  await press(page, page.getByRole('button', { name: 'Gửi lại phiếu' }));
  await page.locator('.state').filter({ hasText: 'Đã gửi' }).waitFor();
}

// Fills in for the leader, under the own name, and cannot send.
async function secretary(play, slip) {
  const page = await play.person('secretary');
  await page.goto(`${slip}/department`);
  await page.getByText('Bạn đang nhập hộ').waitFor();
  await page.goto(`${slip}/gui`);
  equal(await page.getByRole('button', { name: /Gửi/ }).count(), 0, 'a way to send');
  await axe(page, 'what a secretary sees');
  await shoot(play, page, 'secretary');
}

async function withoutScripts(play, slip) {
  const page = await play.person('leader 2', { scripts: false, width: 360, height: 740 });
  await page.goto(`${slip}/district`);
  await chip(page, 'VT', '3,50').click();
  equal(await pressed(page, 'VT').innerText(), '3,50', 'what was tapped');
  await chip(page, 'DH', 'Không cho điểm').click();
  await page.goto(`${slip}/district?chua=1`);
  await page.getByText('Mọi đơn vị của loại hình này').waitFor();
}

async function others(play, slip) {
  const theirs = `${slip}/department?lanh-dao=${play.given.people['leader 1'].id}`;
  for (const kind of ['leader 2', 'officer SNV', 'auditor', 'organiser']) {
    const page = await play.person(kind);
    const answer = await page.goto(theirs);
    equal(answer.status(), 404, `the slip of a leader to ${kind}`);
  }
}

async function over(play, page, slip) {
  await page.goto(`${slip}/department`);
  play.clock.set('2022-12-28T00:00:00+07:00');
  const late = await play.person('leader 1', TABLET);
  await late.goto(`${slip}/department`);
  await late.getByText('Đã khóa lúc').waitFor();
  equal(await late.locator('.chip:enabled').count(), 0, 'chips that can be tapped');
  await axe(late, 'a slip after the window');
  await shoot(play, late, 'over');
}

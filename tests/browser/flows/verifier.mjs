// The recheck: a list is closed and drawn in the open, a verifier takes the next call, asks again without the first answers,
// opens a number, promises another call, loses a case to a colleague, and sees both answers once the outcome stands.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { choose, press, write } from '../lib/keyboard.mjs';
import { loseAnswer, loseRequest } from '../lib/net.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const LOTS = '/phuc-tra/2022';
const QUEUE = '/phuc-tra/2022/viec';

const path = (page) => new URL(page.url()).pathname;

export default async function verifier(play) {
  const organiser = await play.person('organiser');
  await play.step('a list is closed', () => close(play, organiser));
  await play.step('the draw', () => draw(play, organiser));
  const page = await play.person('verifier');
  await play.step('from the first page to the next call', () => next(play, page));
  await play.step('a call without the first answers', () => blind(play, page));
  await play.step('a number is opened', () => reveal(play, page));
  await play.step('another call is promised', () => promise(play, page));
  await play.step('both answers', () => outcome(play, page));
  await play.step('a case lost to a colleague', () => lost(play, page));
  await play.step('who only reads', () => reads(play));
  await play.step('people of elsewhere', () => others(play));
  await play.step('without scripts, on a phone', () => withoutScripts(play));
}

async function close(play, page) {
  await page.getByRole('link', { name: /phúc tra/ }).first().click();
  equal(path(page), LOTS, 'where the draw begins');
  await page.getByText('Chưa có danh sách phúc tra nào').waitFor();
  await axe(page, 'no list yet');
  await shoot(play, page, 'lots');
  await page.getByRole('button', { name: 'Khóa danh sách' }).click();
  await page.waitForURL(/\/lo\//);
  await page.getByText('SHA-256 của danh sách').waitFor();
  await axe(page, 'a closed list');
  await shoot(play, page, 'closed');
}

async function seed(page, digits, rate) {
  await page.getByRole('textbox', { name: 'Dãy số công khai' }).fill(digits);
  await page.getByRole('textbox', { name: 'Buổi gieo số' }).fill('Tại Sở Nội vụ, 8 giờ ngày 02/12/2022');
  if (rate) await page.getByRole('textbox', { name: 'Tỷ lệ bốc chọn mới' }).fill(rate);
  await page.getByRole('button', { name: 'Nhập dãy số và bốc chọn' }).click();
}

async function draw(play, page) {
  await seed(page, '31415926');
  await page.locator('.summary').waitFor();
  equal(await page.getByRole('textbox', { name: 'Dãy số công khai' }).inputValue(), '31415926', 'what was typed');
  await axe(page, 'a seed that is too short');
  await seed(page, '3141592653 5897932384');
  await page.getByText('Đã bốc chọn').first().waitFor();
  await seed(page, '27182818284590452353', '100');
  await page.getByRole('table', { name: 'Các lần bốc chọn' }).getByText('27182818284590452353').waitFor();
  await axe(page, 'a drawn list');
  await shoot(play, page, 'drawn');
  const file = page.waitForEvent('download');
  await page.getByRole('link', { name: /Tải toàn bộ danh sách/ }).click();
  holds((await file).suggestedFilename().endsWith('.csv'), 'the list as a file');
}

async function next(play, page) {
  await page.getByRole('link', { name: /Phúc tra phiếu khảo sát/ }).click();
  equal(path(page), QUEUE, 'where verifiers begin');
  await axe(page, 'the queue');
  await shoot(play, page, 'queue');
  await walk(page, 'the queue');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/\/phieu\//);
}

async function blind(play, page) {
  const html = await page.content();
  for (const word of ['Phiếu gốc', '09120000']) holds(!html.includes(word), `no ${word} before the outcome`);
  await axe(page, 'a call');
  await shoot(play, page, 'call');
  await page.getByLabel(/Gặp đúng người/).focus();
  await page.keyboard.press('3');
  holds(await page.getByLabel(/Không nghe máy/).isChecked(), 'a digit chooses');
  equal(await page.getByRole('heading', { name: 'Hỏi lại' }).isVisible(), false, 'questions for nobody');
}

async function reveal(play, page) {
  await page.getByRole('textbox', { name: 'Ghi chú' }).fill('Gọi lần đầu');
  await page.getByRole('button', { name: 'Hiện số và gọi' }).click();
  await page.getByRole('link', { name: /09120000/ }).waitFor();
  equal(await page.getByRole('textbox', { name: 'Ghi chú' }).inputValue(), 'Gọi lần đầu', 'what was typed before the number was opened');
  await axe(page, 'a number that was opened');
  await shoot(play, page, 'revealed');
}

async function promise(play, page) {
  await choose(page, page.getByLabel(/Hẹn gọi lại/));
  await write(page, page.getByLabel('Ngày hẹn'), '2/12/2022');
  await write(page, page.getByLabel('Giờ hẹn'), '25h');
  await press(page, page.getByRole('button', { name: 'Ghi kết quả' }));
  await page.locator('.summary').waitFor();
  await page.getByRole('link', { name: /09120000/ }).waitFor();
  await axe(page, 'an hour that there is not');
  await page.getByLabel('Giờ hẹn').fill('14h30');
  // Enter records, and does not press whatever button comes first.
  await page.getByLabel('Giờ hẹn').press('Enter');
  await page.waitForURL(/viec\?da-ghi=1/);
  await page.getByText('02/12/2022 14:30').waitFor();
  await shoot(play, page, 'promised');
}

async function outcome(play, page) {
  await page.getByRole('button', { name: 'Cuộc tiếp theo' }).click();
  await page.waitForURL(/\/phieu\//);
  await page.getByLabel(/Gặp đúng người/).check();
  await page.getByRole('heading', { name: 'Hỏi lại' }).waitFor();
  await shoot(play, page, 'asking');
  await page.getByRole('button', { name: 'Ghi kết quả' }).click();
  await page.locator('.summary').waitFor();
  await page.getByLabel('Không có ý kiến').check();
  await cut(play, page);
  await page.getByText('Phiếu gốc').waitFor();
  await axe(page, 'both answers');
  await shoot(play, page, 'both');
}

// The line is cut while an outcome is sent, first on the way there, then on the way back. Loading the page again sends
// what was typed, and it counts once.
async function cut(play, page) {
  play.expects(/net::ERR_CONNECTION_RESET/);
  const to = `${path(page).replace(/\/ket-qua$/, '')}/ket-qua`;
  await loseRequest(page, 'POST', to);
  await page.getByRole('button', { name: 'Ghi kết quả' }).click({ noWaitAfter: true });
  while (!page.url().startsWith('chrome-error:')) await page.waitForTimeout(50);
  const { status } = await loseAnswer(page, 'POST', to);
  await page.reload().catch(() => {});
  equal(await status, 303, 'the answer that was lost: it was recorded');
  await page.reload();
}

async function lost(play, page) {
  await page.getByRole('button', { name: 'Cuộc tiếp theo' }).click();
  await page.waitForURL(/\/phieu\//);
  const mine = path(page);
  play.clock.forward(16 * 60);
  const colleague = await play.person('verifier 2');
  await colleague.goto(QUEUE);
  for (let tries = 0; tries < 16; tries += 1) {
    await colleague.getByRole('button', { name: 'Cuộc tiếp theo' }).click();
    await colleague.waitForURL(/\/phieu\//);
    if (path(colleague) === mine) break;
    await colleague.getByLabel(/Không nghe máy/).check();
    await colleague.getByRole('button', { name: 'Ghi kết quả' }).click();
    await colleague.waitForURL(/viec/);
  }
  equal(path(colleague), mine, 'whose case it is');
  await page.getByRole('textbox', { name: 'Ghi chú' }).fill('Đang hỏi dở thì hết giờ giữ phiếu');
  await page.getByLabel(/Không nghe máy/).check();
  await page.getByRole('button', { name: 'Ghi kết quả' }).click();
  await page.getByText('không còn ở bạn').waitFor();
  await page.getByText('Đang hỏi dở thì hết giờ giữ phiếu').waitFor();
  await axe(page, 'a case that is somebody else\'s');
  await shoot(play, page, 'lost');
}

async function reads(play) {
  const page = await play.person('auditor');
  await page.goto(LOTS);
  await page.getByRole('table').getByRole('link').first().click();
  equal(await page.getByRole('button', { name: /Nhập dãy số|Giao phiếu|Kết thúc/ }).count(), 0, 'acts of an auditor');
  await axe(page, 'the list to an auditor');
}

async function others(play) {
  const page = await play.person('supervisor');
  for (const closed of [LOTS, QUEUE]) equal((await page.goto(closed)).status(), 404, closed);
}

async function withoutScripts(play) {
  const page = await play.person('verifier', { scripts: false, width: 360, height: 740 });
  await page.goto(QUEUE);
  await page.getByRole('button', { name: 'Cuộc tiếp theo' }).click();
  await page.waitForURL(/\/phieu\//);
  await page.getByLabel(/Máy bận/).check();
  await page.getByRole('button', { name: 'Ghi kết quả' }).click();
  await page.waitForURL(/viec\?da-ghi=1/);
}

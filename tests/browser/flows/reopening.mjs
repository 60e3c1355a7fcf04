// A unit that comes too late: it asks for more time, Home Affairs refuses and then grants it, and the unit takes its sheet
// back, mends it and sends it again.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const LIST = '/tu-cham/2022/SNV';
const ASK = `${LIST}/mo-lai`;
const REQUESTS = '/quan-tri/2022/mo-lai';

const text = (page) => page.getByLabel('Giải trình điểm tự chấm');
const reason = (page) => page.getByLabel('Lý do đề nghị');
const answer = (page) => page.getByLabel('Ý kiến trả lời');

export default async function reopening(play) {
  await play.step('a text that comes too late', () => late(play));
  play.clock.set('2022-12-15T08:00:00+07:00');
  const head = await play.person('head SNV');
  const organiser = await play.person('organiser');
  const second = await play.step('asking', () => ask(play, head));
  await play.step('two who ask', () => two(play, second));
  await play.step('a refusal', () => refuse(play, organiser, head));
  await play.step('more time', () => grant(play, organiser, head));
  await play.step('mending and sending again', () => again(play, head));
  await play.step('people of elsewhere', () => others(play));
}

// The sheet was taken back to be mended, and the window ends while somebody types.
async function late(play) {
  play.clock.set('2022-12-14T23:50:00+07:00');
  const head = await play.person('head SNV');
  await head.goto(`${LIST}/gui`);
  await head.getByLabel('Lý do thu hồi').fill('Sửa số liệu');
  await head.getByRole('button', { name: 'Thu hồi' }).click();
  await head.waitForURL(`**${LIST}`);
  const page = await play.person('officer SNV');
  await page.goto(`${LIST}/I.1`);
  const link = page.locator('form[action$="/lien-ket"]');
  await page.getByText('Thêm đường liên kết').click();
  await link.getByLabel('Số, ký hiệu văn bản').fill('31/BC-SNV ngày 14/12/2022');
  await link.getByLabel('Đường liên kết', { exact: true }).fill('https://snv.example.vn/31');
  play.clock.set('2022-12-15T00:00:00+07:00');
  await link.getByRole('button', { name: 'Thêm' }).click();
  await page.locator('.summary h2').filter({ hasText: 'Đã hết thời gian' }).waitFor();
  await page.getByText('Nội dung bạn vừa nhập chưa được lưu').waitFor();
  await page.getByText('31/BC-SNV ngày 14/12/2022').waitFor();
  await axe(page, 'evidence that came too late');
  await shoot(play, page, 'late');
  await page.context().close();
  await head.context().close();
}

async function ask(play, head) {
  await head.getByRole('link', { name: /Tự chấm điểm/ }).click();
  await head.getByText('hệ thống tự chốt').waitFor();
  await axe(head, 'a sheet that the system took');
  await shoot(play, head, 'locked');
  await head.getByRole('link', { name: 'Đề nghị mở lại thời gian tự chấm điểm' }).click();
  await walk(head, 'asking');
  await head.getByRole('button', { name: 'Gửi đề nghị' }).click();
  await head.locator('.summary').filter({ hasText: 'Chưa điền' }).waitFor();
  holds((await head.title()).startsWith('Lỗi: '), 'the title');
  await axe(head, 'a request without a reason');
  await shoot(play, head, 'no-reason');
  const other = await play.person('officer SNV');
  await other.goto(ASK);
  await reason(head).fill('Mất điện từ 22 giờ ngày 14/12; còn tiêu chí I.1 cần sửa số liệu.');
  await head.getByRole('button', { name: 'Gửi đề nghị' }).click();
  await head.getByText('đang chờ Sở Nội vụ trả lời').waitFor();
  equal(await head.getByRole('button', { name: 'Gửi đề nghị' }).count(), 0, 'a second way to ask');
  await axe(head, 'a request that waits');
  await shoot(play, head, 'asked');
  return other;
}

// Whoever comes second loses nothing of what was typed.
async function two(play, page) {
  await reason(page).fill('Máy chủ của Sở hỏng.');
  await page.getByRole('button', { name: 'Gửi đề nghị' }).click();
  await page.locator('.summary').filter({ hasText: 'đã đề nghị mở lại' }).waitFor();
  await page.getByText('Máy chủ của Sở hỏng.').waitFor();
  await axe(page, 'a second request');
  await shoot(play, page, 'asked-twice');
  await page.context().close();
}

async function refuse(play, organiser, head) {
  await organiser.goto('/viec-cua-toi');
  await organiser.getByRole('link', { name: /^Trả lời đề nghị mở lại/ }).click();
  equal(new URL(organiser.url()).pathname, REQUESTS, 'where requests are answered');
  await axe(organiser, 'requests');
  await shoot(play, organiser, 'requests');
  await organiser.locator('.task a').first().click();
  await organiser.getByText('Mất điện từ 22 giờ').waitFor();
  await axe(organiser, 'a request');
  await shoot(play, organiser, 'request');
  await walk(organiser, 'a request');
  await organiser.getByRole('button', { name: 'Không đồng ý' }).click();
  await organiser.locator('.summary').filter({ hasText: 'Chưa điền' }).waitFor();
  await answer(organiser).fill('Đơn vị nêu rõ đã nhập những gì trước khi mất điện.');
  await organiser.getByRole('button', { name: 'Không đồng ý' }).click();
  await organiser.waitForURL(`**${REQUESTS}`);
  await organiser.getByText('Không có đề nghị nào chờ trả lời').waitFor();
  await head.reload();
  await head.getByText('Đơn vị nêu rõ đã nhập những gì').waitFor();
  await axe(head, 'a request that was refused');
  await shoot(play, head, 'refused');
}

async function grant(play, organiser, head) {
  await reason(head).fill('Đã nhập đủ trước 22 giờ; chỉ sửa giải trình tiêu chí I.1.');
  await head.getByRole('button', { name: 'Gửi đề nghị' }).click();
  await head.getByText('đang chờ Sở Nội vụ trả lời').waitFor();
  await organiser.goto(REQUESTS);
  await organiser.locator('.task').filter({ hasText: 'Chờ trả lời' }).getByRole('link').click();
  await organiser.getByText('Đã nhập đủ trước 22 giờ').waitFor();
  const request = organiser.url();
  const go = organiser.getByRole('button', { name: 'Đồng ý và gia hạn' });
  await answer(organiser).fill('Đồng ý theo Công văn 12/SNV.');
  await go.click();
  await organiser.locator('.summary').filter({ hasText: 'Chưa điền' }).waitFor();
  await organiser.getByLabel('Gia hạn đến hết ngày').fill('14/12/2022');
  await go.click();
  await organiser.locator('.error').filter({ hasText: 'muộn hơn' }).waitFor();
  equal(await answer(organiser).inputValue(), 'Đồng ý theo Công văn 12/SNV.', 'what was typed');
  await axe(organiser, 'an end that is not later');
  await shoot(play, organiser, 'not-later');
  await organiser.getByLabel('Gia hạn đến hết ngày').fill('16/12/2022');
  await go.click();
  await organiser.waitForURL(`**${REQUESTS}`);
  await organiser.getByRole('heading', { name: 'Đã trả lời' }).waitFor();
  await axe(organiser, 'requests that were answered');
  await shoot(play, organiser, 'answered');
  // An answer is given once.
  await organiser.goto(request);
  equal(await organiser.getByRole('button', { name: 'Đồng ý và gia hạn' }).count(), 0, 'a second way to answer');
  await head.reload();
  await head.getByText('16/12/2022 23:59:59').waitFor();
  await axe(head, 'a request that was granted');
  await shoot(play, head, 'granted');
}

async function again(play, head) {
  await head.getByRole('link', { name: 'Nhập tiếp' }).first().click();
  await head.getByText('Hạn: 16/12/2022 23:59:59').waitFor();
  await head.getByRole('link', { name: 'Rà soát và gửi' }).click();
  await head.getByRole('link', { name: /^I\.1 / }).first().click();
  await text(head).fill('Sửa sau khi được mở lại.');
  await shoot(play, head, 'open-again', [360, 1366]);
  await head.getByRole('button', { name: 'Lưu và rà soát' }).click();
  await head.waitForURL('**/gui');
  await head.getByRole('button', { name: 'Gửi đi' }).click();
  await head.getByText('Đã gửi lúc 15/12/2022').first().waitFor();
  await axe(head, 'a sheet that was sent again');
  await shoot(play, head, 'sent-again');
  await head.goto(`${LIST}/I.1`);
  equal(await text(head).inputValue(), 'Sửa sau khi được mở lại.', 'what is sent');
}

async function others(play) {
  const page = await play.person('officer STC');
  await page.goto('/tu-cham/2022/STC/I.1');
  equal(await page.locator('form[data-autosave]').count(), 0, 'more time for a unit that did not ask');
  for (const path of [ASK, REQUESTS]) {
    equal((await page.goto(path)).status(), 404, `${path} to another unit`);
  }
}

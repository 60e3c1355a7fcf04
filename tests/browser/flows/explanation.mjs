// A unit between the appraisals: what was not agreed to is answered, with text and evidence; a proposed penalty is
// answered; somebody else saves first; the window ends while somebody types.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { press, write } from '../lib/keyboard.mjs';
import { loseRequest } from '../lib/net.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const SAVED = /Đã lưu lúc \d\d:\d\d/;
const LIST = '/giai-trinh/2022/VT';
const LEAF = '/tu-cham/2022/VT/I.1';

const line = (page, form) => page.locator(`${form} [data-save-line]`);
const saved = (page, form) => line(page, form).filter({ hasText: SAVED }).waitFor();

export default async function explanation(play) {
  const page = await play.person('officer VT');
  await play.step('what is to be answered', () => list(play, page));
  await play.step('an answer', () => answer(play, page));
  await play.step('a penalty', () => penalty(play, page));
  await play.step('somebody else saves first', () => clash(play, page));
  await play.step('a unit that was agreed to', () => agreed(play));
  await play.step('the end of the window', () => over(play));
}

async function list(play, page) {
  await press(page, page.getByRole('link', { name: /Giải trình/ }).first());
  await page.waitForURL(`**${LIST}`);
  equal(new URL(page.url()).pathname, LIST, 'where explaining begins');
  await page.getByText('2 nội dung cần giải trình, đã xong 0').waitFor();
  await page.getByText('Đề nghị bổ sung tài liệu kiểm chứng').waitFor();
  await axe(page, 'what is to be answered');
  await shoot(play, page, 'list');
  await walk(page, 'what is to be answered');
}

async function answer(play, page) {
  await page.getByRole('link', { name: /^I\.1 / }).click();
  await page.getByText('Đang nhận giải trình và tài liệu bổ sung đến 21/12/2022 23:59:59').waitFor();
  equal(await page.getByText('Bạn chỉ xem được').count(), 0, 'what says that all is locked');
  equal(await page.locator('#tu-cham button').count(), 0, 'buttons at the points');
  play.expects(/net::ERR_CONNECTION_RESET/);
  await loseRequest(page, 'POST', `${LEAF}/giai-trinh`);
  await page.getByLabel('Nội dung giải trình').fill('Đã bổ sung văn bản phê duyệt số 12/QĐ-VT.');
  await line(page, '#giai-trinh').filter({ hasText: 'Chưa lưu được' }).waitFor();
  await saved(page, '#giai-trinh');
  await page.getByText('Thêm đường liên kết').click();
  const form = page.locator('form[action*="/lien-ket"]');
  await write(page, form.getByLabel('Số, ký hiệu văn bản'), '12/QĐ-VT ngày 20/12/2022');
  await write(page, form.getByLabel('Đường liên kết', { exact: true }), 'https://viettri.example.vn/12');
  await press(page, form.getByRole('button', { name: 'Thêm' }));
  await page.getByText('Bổ sung khi giải trình').waitFor();
  equal(await page.getByLabel('Nội dung giải trình').inputValue(), 'Đã bổ sung văn bản phê duyệt số 12/QĐ-VT.', 'the answer');
  equal(await page.locator('.evidence form').count(), 1, 'pieces that can be taken off: only what was added now');
  await axe(page, 'an answered criterion');
  await shoot(play, page, 'answered');
}

async function penalty(play, page) {
  await page.goto(LIST);
  await page.getByText('2 nội dung cần giải trình, đã xong 1').waitFor();
  const form = page.locator('.penalty form');
  await form.getByRole('button', { name: 'Lưu' }).click();
  await form.locator('.error').filter({ hasText: 'Chưa điền' }).waitFor();
  await form.getByLabel('Nội dung giải trình').fill('Vụ việc không thuộc thẩm quyền của đơn vị.');
  await saved(page, '.penalty');
  await page.reload();
  await page.getByText('2 nội dung cần giải trình, đã xong 2').waitFor();
  await page.getByText('Vụ việc không thuộc thẩm quyền của đơn vị.').waitFor();
  await axe(page, 'an answered penalty');
  await shoot(play, page, 'penalty');
}

// Both texts are shown, and whoever comes second decides.
async function clash(play, page) {
  await page.goto(LEAF);
  const head = await play.person('head VT');
  await head.goto(LEAF);
  await head.getByLabel('Nội dung giải trình').fill('Thủ trưởng viết.');
  await saved(head, '#giai-trinh');
  await page.getByLabel('Nội dung giải trình').fill('Cán bộ viết.');
  await line(page, '#giai-trinh').filter({ hasText: 'vừa được sửa ở nơi khác' }).waitFor();
  await page.locator('#giai-trinh').getByRole('button', { name: 'Lưu' }).click();
  await page.getByText('Thủ trưởng viết.').waitFor();
  equal(await page.getByLabel('Nội dung giải trình').inputValue(), 'Cán bộ viết.', 'what was typed');
  await axe(page, 'two answers');
  await shoot(play, page, 'clash');
  await page.locator('#giai-trinh').getByRole('button', { name: 'Lưu' }).click();
  await saved(page, '#giai-trinh');
}

async function agreed(play) {
  const page = await play.person('officer SNV');
  await page.goto('/giai-trinh/2022/SNV');
  await page.getByText('Không cần giải trình').waitFor();
  await axe(page, 'nothing to be answered');
  await shoot(play, page, 'nothing');
  const answer = await page.goto(LIST);
  equal(answer.status(), 404, 'the answers of another unit');
}

async function over(play) {
  play.clock.set('2022-12-21T23:50:00+07:00');
  const page = await play.person('officer VT');
  await page.goto(LEAF);
  await page.getByLabel('Nội dung giải trình').fill('Gõ đúng lúc hết hạn.');
  await saved(page, '#giai-trinh');
  play.clock.set('2022-12-22T00:00:00+07:00');
  await page.getByLabel('Nội dung giải trình').fill('Gõ quá hạn một giây.');
  await line(page, '#giai-trinh').filter({ hasText: 'Đã hết thời gian giải trình' }).waitFor();
  await page.locator('#giai-trinh').getByRole('button', { name: 'Lưu' }).click();
  await page.getByText('Gõ quá hạn một giây.').waitFor();
  holds((await page.title()).startsWith('Lỗi: '), 'the title');
  await axe(page, 'an answer that came too late');
  await shoot(play, page, 'late');
  await page.goto(LIST);
  await page.getByText('Đã khóa lúc').waitFor();
  await axe(page, 'after the window');
  await shoot(play, page, 'over');
}

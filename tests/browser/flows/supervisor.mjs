// A supervisor of the survey: a list of people that is corrected cell by cell and taken, given out by unit and group and one
// by one; how far it is by three views; the slips behind a mark; a slip given back; what an auditor and the organiser see;
// without scripts; and the end of the window.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { pick, press } from '../lib/keyboard.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const HERE = '/khao-sat/2022';

const path = (page) => new URL(page.url()).pathname;

export default async function supervisor(play) {
  const page = await play.person('supervisor');
  await play.step('from the first page to the progress', () => begin(play, page));
  await play.step('a list with faults', () => faulty(play, page));
  await play.step('a list that is taken', () => taken(play, page));
  await play.step('given out', () => assign(play, page));
  await play.step('three views', () => views(play, page));
  await play.step('the slips behind a mark', () => behind(play, page));
  await play.step('a slip given back', () => giveBack(play, page));
  await play.step('an auditor', () => auditor(play));
  await play.step('the organiser', () => organiser(play));
  await play.step('without scripts, on a phone', () => withoutScripts(play));
  await play.step('the end of the window', () => over(play));
}

async function begin(play, page) {
  await page.getByRole('link', { name: /Theo dõi khảo sát/ }).click();
  equal(path(page), `${HERE}/tien-do`, 'where supervisors begin');
  await axe(page, 'the progress');
  await walk(page, 'the progress');
}

async function faulty(play, page) {
  await page.getByRole('link', { name: 'Bảng kê, giao việc' }).click();
  await page.getByText('Các cột của tệp').click();
  await axe(page, 'the list of people');
  const sample = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Tải tệp mẫu' }).click();
  equal((await sample).suggestedFilename(), 'bang-ke-2022.xlsx', 'the sample');
  await page.getByRole('button', { name: 'Nhập bảng kê' }).click();
  await page.locator('.summary').filter({ hasText: 'Chưa chọn tệp' }).waitFor();
  await page.getByLabel('Tệp bảng kê').setInputFiles(play.given.books.faulty);
  await page.getByRole('button', { name: 'Nhập bảng kê' }).click();
  await page.getByText('Không có nhóm “XX”').waitFor();
  equal(await page.getByRole('table').first().getByRole('row').count(), 7, 'cells at fault, and the heading');
  await axe(page, 'a list with faults');
  await shoot(play, page, 'faulty');
}

async function taken(play, page) {
  await page.getByLabel('Tệp bảng kê').setInputFiles(play.given.books.more);
  await page.getByRole('button', { name: 'Nhập bảng kê' }).click();
  await page.getByText('Đã nhập 2 người').waitFor();
  await page.getByText('Vũ Thị Dung').waitFor();
  await axe(page, 'a list that was taken');
  await shoot(play, page, 'taken');
}

async function assign(play, page) {
  await page.goto(`${HERE}/bang-ke`);
  const form = page.locator('form[action$="/giao"]');
  await form.getByRole('button', { name: 'Giao' }).click();
  await page.locator('.summary').filter({ hasText: 'Chọn điều tra viên' }).waitFor();
  await axe(page, 'nothing chosen');
  await pick(page, form.getByLabel('Hỏi về đơn vị'), 'Sở Tài chính');
  await form.getByLabel('Nhóm đối tượng').selectOption('HDND');
  await pick(page, form.getByLabel('Giao cho'), 'Người dieutra (dieutra)');
  await press(page, form.getByRole('button', { name: 'Giao' }));
  await page.getByText('Đã giao 6 lượt hỏi').waitFor();
  const picked = page.locator('form[action*="giao-tung-nguoi"]');
  await picked.getByLabel('Trần Thị Bích').check();
  await picked.getByRole('button', { name: 'Giao' }).click();
  await page.locator('.summary').waitFor();
  holds(await picked.getByLabel('Trần Thị Bích').isChecked(), 'whoever was ticked stays ticked');
  // The address of a form that was refused can be opened, too.
  await page.goto(page.url());
  await picked.getByLabel('Trần Thị Bích').check();
  await picked.getByLabel('Giao cho').selectOption({ label: 'Người dieutra (dieutra)' });
  await picked.getByRole('button', { name: 'Giao' }).click();
  await page.getByText('Đã giao 2 lượt hỏi').waitFor();
  await shoot(play, page, 'assigned');
  await page.goto(`${HERE}/bang-ke`);
  await picked.getByLabel(/^Tất cả \d+ người ở trang này/).check();
  await picked.getByLabel('Hỏi về đơn vị', { exact: true }).selectOption('DH');
  await picked.getByLabel('Giao cho').selectOption({ label: 'Người dieutra (dieutra)' });
  await picked.getByRole('button', { name: 'Giao' }).click();
  await page.getByText(/Đã giao \d+ lượt hỏi/).waitFor();
}

async function views(play, page) {
  await page.getByRole('link', { name: 'Tiến độ', exact: true }).click();
  for (const [label, name] of [
    ['Theo đơn vị', 'units'],
    ['Theo nhóm đối tượng', 'groups'],
    ['Theo điều tra viên', 'interviewers'],
  ]) {
    await page.getByRole('link', { name: label }).click();
    await page.getByRole('table', { name: label }).waitFor();
    await axe(page, label);
    await shoot(play, page, name);
    const file = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải bảng này' }).click();
    holds((await file).suggestedFilename().endsWith('.xlsx'), 'a workbook');
  }
}

async function behind(play, page) {
  await page.getByRole('link', { name: '2 phiếu, mở để xem' }).click();
  await page.waitForURL(/dau=trung-so/);
  equal(await page.getByRole('table').getByRole('row').count(), 3, 'two slips, and the heading');
  await axe(page, 'the slips behind a mark');
  await shoot(play, page, 'behind');
  await page.getByLabel('Đơn vị').selectOption({ label: 'UBND thành phố Việt Trì' });
  await page.getByLabel('Dấu hiệu cần xem').selectOption('');
  await page.getByRole('button', { name: 'Lọc' }).click();
  equal(await page.getByRole('table').getByRole('row').count(), 2, 'one slip, and the heading');
}

async function giveBack(play, page) {
  await page.getByRole('table').getByRole('link').click();
  await page.getByText('Rất tốt').waitFor();
  await axe(page, 'a slip');
  await shoot(play, page, 'slip');
  await page.getByRole('button', { name: 'Trả lại phiếu' }).click();
  await page.locator('.summary').filter({ hasText: 'Ghi lý do trả lại' }).waitFor();
  await page.getByLabel('Lý do trả lại').fill('Số điện thoại trùng người khác. Hỏi lại cho đúng người.');
  await page.getByRole('button', { name: 'Trả lại phiếu' }).click();
  await page.getByText('Đã trả lại lúc').waitFor();
  equal(await page.getByRole('button', { name: 'Trả lại phiếu' }).count(), 0, 'a second way to give it back');
  await axe(page, 'a slip that was given back');
  await shoot(play, page, 'returned');
  await page.goto(`${HERE}/phieu-da-nhan/bi-tra-lai`);
  await page.getByText('Hỏi lại cho đúng người').waitFor();
  await axe(page, 'the slips that were given back');
  await shoot(play, page, 'returns');
}

async function auditor(play) {
  const page = await play.person('auditor');
  await page.goto(`${HERE}/bang-ke`);
  await page.getByText('Vũ Thị Dung').waitFor();
  equal(await page.getByRole('button', { name: /Giao|Nhập/ }).count(), 0, 'acts of an auditor');
  const answer = await page.goto('/quan-tri/2022/khao-sat');
  equal(answer.status(), 404, 'the set-up to an auditor');
}

async function organiser(play) {
  const page = await play.person('organiser');
  await page.goto('/quan-tri/2022/khao-sat');
  await page.getByRole('cell', { name: 'Phiếu đại biểu' }).waitFor();
  await axe(page, 'the set-up');
  await shoot(play, page, 'setup');
  await page.getByRole('button', { name: 'Đặt chỉ tiêu' }).click();
  await page.locator('.summary').filter({ hasText: 'Chọn đơn vị' }).waitFor();
  await axe(page, 'targets of no unit');
  await page.locator('#f-don-vi').selectOption('SNV');
  await page.getByLabel('Số phiếu cần thu').fill('1.200');
  await page.getByRole('button', { name: 'Đặt chỉ tiêu' }).click();
  await page.getByText('Đã đặt chỉ tiêu').waitFor();
}

async function withoutScripts(play) {
  const page = await play.person('supervisor', { scripts: false, width: 360, height: 740 });
  await page.goto(`${HERE}/tien-do`);
  await page.getByRole('link', { name: 'Sở Nội vụ' }).click();
  equal(await page.getByRole('table').getByRole('row').count(), 3, 'two slips, and the heading');
}

async function over(play) {
  play.clock.set('2022-12-01T08:00:00+07:00');
  const page = await play.person('supervisor');
  await page.goto(`${HERE}/phieu-da-nhan?don-vi=SNV`);
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByText('Không trả lại phiếu này được nữa').waitFor();
  await page.goto(`${HERE}/tien-do`);
  await page.getByText('Thời gian khảo sát đã hết').waitFor();
  await axe(page, 'the progress after the window');
  await shoot(play, page, 'over');
}

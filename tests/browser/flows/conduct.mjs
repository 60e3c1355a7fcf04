// Home Affairs from the end of the appraisal to a corrected publication: what is late, the leaders' panel, too few slips
// and the decision on them, a unit that is held to a class, two versions, and every one of these acts in the journal.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { choose, pick, press, write } from '../lib/keyboard.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const LATER = '2022-12-28T08:00:00+07:00';

const main = (page) => page.locator('main');
const person = (page, login) =>
  page.locator('fieldset.leader').filter({ has: page.locator('legend .quiet', { hasText: new RegExp(`^${login}$`) }) });

export default async function conduct(play) {
  const cycle = `/quan-tri/${play.given.cycle}`;
  let page = await play.person('organiser');
  await play.step('progress', () => progress(play, page, cycle));
  await play.step('the panel is named', () => panel(play, page, cycle));
  await play.step('one of three leaders sends', () => leader(play));
  play.clock.set(LATER);
  page = await play.person('organiser');
  await play.step('below the quorum', () => quorum(play, page, cycle));
  await play.step('published', () => publish(play, page, cycle));
  await play.step('a unit is held to a class', () => hold(play, page, cycle));
  await play.step('corrected', () => correct(play, page, cycle));
  await play.step('each act is in the journal', () => journal(play, page));
  await play.step('an auditor reads', () => auditor(play, cycle));
}

async function progress(play, page, cycle) {
  await page.getByRole('link', { name: /lãnh đạo cho điểm/ }).click();
  await page.waitForURL(`**${cycle}/lanh-dao`);
  await page.getByText('Chưa lập danh sách lãnh đạo cho điểm').waitFor();
  await page.getByRole('link', { name: 'Tiến độ', exact: true }).click();
  await page.waitForURL(`**${cycle}/tien-do`);
  await page.getByText('4/4 đơn vị đã gửi hoặc được hệ thống chốt').waitFor();
  await page.getByText('chưa lập danh sách lãnh đạo').waitFor();
  await axe(page, 'the progress');
  await shoot(play, page, 'progress');
  await walk(page, 'the progress');
  const rows = await page.locator('tbody tr').count();
  equal(rows, 4, 'units');
}

async function panel(play, page, cycle) {
  await page.goto(`${cycle}/lanh-dao`);
  await page.getByRole('button', { name: 'Lưu danh sách' }).click();
  await page.getByText('Danh sách chưa có ai').first().waitFor();
  await axe(page, 'a panel that was refused');
  await shoot(play, page, 'panel-refused');
  for (const [login, office, place] of [['chutich', 'Chủ tịch', '1'], ['phochutich', 'Phó Chủ tịch', '2'], ['phochutich2', 'Phó Chủ tịch', '3']]) {
    await person(page, login).getByLabel('Chức vụ').selectOption({ label: office });
    await person(page, login).getByLabel('Thứ tự trên phiếu').fill(place);
  }
  await page.getByRole('button', { name: 'Lưu danh sách' }).click();
  await page.getByRole('status').filter({ hasText: 'Đã ghi' }).waitFor();
  equal(await page.locator('tbody tr').count(), 3, 'leaders of the panel');
  await axe(page, 'a panel');
  await shoot(play, page, 'panel');
  // None of the three has an address: that is told, and no letter is sent.
  await page.getByRole('button', { name: /Nhắc qua thư/ }).click();
  await page.getByText('3 người chưa có địa chỉ thư').first().waitFor();
  equal(await page.getByText('Đã gửi thư nhắc').count(), 0, 'a letter to nobody');
  await axe(page, 'a reminder that reaches nobody');
  await shoot(play, page, 'reminded');
}

async function leader(play) {
  const page = await play.person('leader 1', { scripts: false });
  const slip = `/cho-diem/${play.given.cycle}`;
  for (const [of, units] of [['department', ['SNV', 'STC']], ['district', ['VT', 'DH']]]) {
    await page.goto(`${slip}/${of}`);
    for (const unit of units) {
      await page.locator(`#don-vi-${unit}`).getByRole('button', { name: '3,00', exact: true }).click();
    }
  }
  await page.goto(`${slip}/gui`);
  await page.getByRole('button', { name: 'Gửi phiếu' }).click();
  await page.getByText(/số biên nhận/).waitFor();
}

async function quorum(play, page, cycle) {
  await page.goto(`${cycle}/lanh-dao`);
  await page.getByText('đã có 1/3').waitFor();
  await page.getByText('danh sách không đổi được nữa').waitFor();
  equal(await page.getByRole('button', { name: 'Chốt điểm' }).count(), 0, 'a way to close without a decision');
  await axe(page, 'too few slips');
  await shoot(play, page, 'quorum');
  await page.getByLabel('Văn bản').fill('125/QĐ-SNV ngày 28/12/2022');
  await page.getByRole('button', { name: 'Ghi quyết định' }).click();
  await page.getByRole('button', { name: 'Chốt điểm' }).click();
  await page.getByText('Đã chốt. Điểm của lãnh đạo').waitFor();
  await shoot(play, page, 'closed');
}

async function publish(play, page, cycle) {
  await page.getByRole('link', { name: 'Xếp loại, công bố', exact: true }).click();
  await page.getByText('Mọi mục điểm đã chốt').waitFor();
  await axe(page, 'the classification');
  await shoot(play, page, 'classification');
  await walk(page, 'the classification', 200);
  await page.getByRole('link', { name: 'Xem trước và công bố' }).click();
  await page.getByRole('button', { name: 'Công bố bản 1' }).click();
  await page.locator('.summary').waitFor();
  await write(page, page.getByLabel('Quyết định công bố'), '3500/QĐ-UBND ngày 28/12/2022');
  await axe(page, 'a publication without its document');
  await shoot(play, page, 'publish');
  await press(page, page.getByRole('button', { name: 'Công bố bản 1' }));
  await page.getByRole('status').filter({ hasText: 'Đã công bố' }).waitFor();
  equal(await main(page).getByText('Bản 2').count(), 0, 'a second version');
  const visitor = await play.visitor();
  await visitor.goto(`/xep-hang/${play.given.cycle}/department`);
  await visitor.getByText('3500/QĐ-UBND ngày 28/12/2022').first().waitFor();
}

async function hold(play, page, cycle) {
  await page.goto(`${cycle}/xep-loai`);
  await pick(page, page.getByLabel('Đơn vị', { exact: true }), 'Sở Nội vụ');
  await choose(page, page.getByLabel('Hoàn thành nhiệm vụ', { exact: true }));
  await press(page, page.getByRole('button', { name: 'Ghi', exact: true }));
  await page.locator('.summary').waitFor();
  equal(await page.getByLabel('Hoàn thành nhiệm vụ', { exact: true }).isChecked(), true, 'what was chosen');
  await page.getByLabel('Văn bản').fill('12/TB-TU ngày 27/12/2022');
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Không xếp trên mức “Hoàn thành nhiệm vụ”').waitFor();
  await axe(page, 'a unit that is held');
  await shoot(play, page, 'held');
}

async function correct(play, page, cycle) {
  await page.getByRole('link', { name: 'Xem trước và công bố bản đính chính' }).click();
  await page.getByText('1 đơn vị khác với bản trước').waitFor();
  await page.getByLabel('Quyết định công bố').fill('12/QĐ-UBND ngày 28/12/2022');
  await page.getByLabel('Lý do đính chính').fill('Có thông báo kết luận kiểm tra');
  await axe(page, 'a correction');
  await shoot(play, page, 'correction');
  await page.getByRole('button', { name: 'Công bố bản 2' }).click();
  await page.getByRole('status').filter({ hasText: 'Đã công bố' }).waitFor();
  await page.getByRole('link', { name: 'Xem khác biệt' }).click();
  await page.getByText('Có thông báo kết luận kiểm tra').waitFor();
  await axe(page, 'what a version changed');
  await shoot(play, page, 'version');
  await page.goto(`${cycle}/xep-loai/con-thieu`);
  await page.getByText('Không còn mục nào chưa chốt').waitFor();
}

async function journal(play, page) {
  for (const [act, told] of [
    ['panel.set', 'Lập danh sách lãnh đạo cho điểm'],
    ['quorum.decide', '125/QĐ-SNV ngày 28/12/2022'],
    ['scoring.close', 'Chốt điểm của lãnh đạo'],
    ['bar.record', 'Ghi mức xếp loại cao nhất'],
    ['version.publish', 'Có thông báo kết luận kiểm tra'],
  ]) {
    await page.goto('/nhat-ky');
    await page.getByLabel('Việc', { exact: true }).selectOption(act);
    await page.getByRole('button', { name: 'Lọc' }).click();
    await page.locator('tbody').getByText(told).first().waitFor();
  }
  await page.locator('tbody summary').first().click();
  await axe(page, 'the journal');
  await shoot(play, page, 'journal');
  await page.goto('/nhat-ky?tim=khong-co-gi-nhu-the');
  await page.getByText('Không có việc nào khớp').waitFor();
  await shoot(play, page, 'journal-empty');
  await page.getByLabel('Từ ngày').fill('hôm qua');
  await page.getByRole('button', { name: 'Lọc' }).click();
  await page.locator('.summary').waitFor();
  equal(await page.getByLabel('Từ ngày').inputValue(), 'hôm qua', 'what was typed');
  await axe(page, 'a search that cannot be');
}

async function auditor(play, cycle) {
  const page = await play.person('auditor');
  for (const there of ['tien-do', 'lanh-dao', 'xep-loai']) {
    await page.goto(`${cycle}/${there}`);
    const forms = await main(page).locator('form[method=post]').count();
    holds(forms === 0, `${there}: an auditor has ${forms} forms`);
  }
  // A role for one cycle does not open the journal of all.
  const closed = await page.goto('/nhat-ky');
  equal(closed.status(), 404, 'the journal to an auditor of one cycle');
}

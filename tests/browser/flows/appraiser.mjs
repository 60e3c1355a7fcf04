// The council: an appraiser through both rounds, criterion by criterion and unit by unit, with all three decisions; what
// a unit changed meanwhile; a penalty from the proposal to the chair's decision; the organiser closes the rounds.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { choose, press, write } from '../lib/keyboard.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const LIST = '/tham-dinh/2022';
const ROUNDS = '/quan-tri/2022/vong';
const PENALTIES = '/tham-dinh/2022/diem-tru';
const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n'
  + '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';

const WORDS = {
  agree: 'Đồng ý với kết quả tự chấm điểm',
  disagree: 'Không đồng ý với kết quả tự chấm điểm',
  request: 'Đề nghị bổ sung tài liệu kiểm chứng',
};
const decision = (page, which) => page.getByLabel(WORDS[which], { exact: true });
const points = (page) => page.locator('[name=points]');
const reason = (page) => page.locator('[name=reason]');
const keeping = (page) => page.getByRole('button', { name: 'Lưu', exact: true });
const keep = (page) => keeping(page).click();

export default async function appraiser(play) {
  await play.step('a unit adds a file', () => file(play));
  play.clock.set('2022-12-16T08:00:00+07:00');
  const page = await play.person('appraiser SNV');
  await play.step('what is mine to appraise', () => list(play, page));
  await play.step('the first criterion', () => first(play, page));
  await play.step('three decisions', () => decisions(play, page));
  await play.step('by keyboard to the next', () => next(page));
  await play.step('what a unit changed meanwhile', () => changed(play, page));
  await play.step('a penalty is proposed', () => propose(play));
  await play.step('several results at once', () => several(play));
  await play.step('the rest of round 1', () => rest(play, 1));
  await play.step('the organiser closes round 1', () => close(play, 1));
  await play.step('the unit answers', () => answers(play));
  await play.step('round 2', () => second(play));
  await play.step('the chair decides the penalty', () => judge(play));
  await play.step('the rest of round 2', () => rest(play, 2));
  await play.step('the organiser closes round 2', () => close(play, 2));
  await play.step('after the rounds', () => over(play));
  await play.step('ties', () => ties(play));
}

async function file(play) {
  const page = await play.person('officer DH');
  await page.goto('/tu-cham/2022/DH/I.2');
  const form = page.locator('form[action$="/tep"]');
  await form.locator('[name=file_document]').fill('31/BC-UBND ngày 09/12/2022');
  await form.locator('[type=file]').setInputFiles(
    { name: 'Báo cáo kết quả.pdf', mimeType: 'application/pdf', buffer: Buffer.from(PDF) });
  await form.getByRole('button', { name: 'Tải lên' }).click();
  await page.getByText('Báo cáo kết quả.pdf').waitFor();
}

async function list(play, page) {
  await page.getByRole('link', { name: /Thẩm định lần 1/ }).click();
  equal(new URL(page.url()).pathname, LIST, 'where appraising begins');
  await page.getByText('Bạn thẩm định thay mặt').waitFor();
  equal(await page.getByText('I.1 Kế hoạch').count(), 1, 'of the other agency only what is taken over from it');
  await axe(page, 'what is to be appraised');
  await shoot(play, page, 'list');
  await walk(page, 'what is to be appraised');
  await page.getByRole('link', { name: 'Theo đơn vị' }).click();
  equal(await page.getByRole('link', { name: 'Sở Nội vụ' }).count(), 0, 'the own unit');
  await shoot(play, page, 'units');
  await page.getByRole('link', { name: 'Theo tiêu chí' }).click();
}

async function first(play, page) {
  await page.getByRole('link', { name: /^I\.2 / }).last().click();
  await shoot(play, page, 'criterion');
  await axe(page, 'a criterion of all units');
  await page.getByRole('link', { name: 'UBND huyện Đoan Hùng' }).click();
  await page.getByText('Số liệu đến ngày tự chấm').waitFor();
  await walk(page, 'a leaf');
  // A file opens beside, and what is typed stays. What the browser's own reader of PDF loads is in the browser.
  play.expects(/^asks outside: chrome(-extension)?:/);
  await decision(page, 'disagree').check();
  await reason(page).fill('Chưa rõ số liệu quý IV');
  const opened = page.waitForResponse((response) => response.url().endsWith('/xem'));
  await page.getByRole('link', { name: /Xem bên cạnh/ }).first().click();
  equal((await opened).headers()['content-security-policy'], "frame-ancestors 'self'", 'who may show the file');
  equal(await reason(page).inputValue(), 'Chưa rõ số liệu quý IV', 'what was typed');
  await axe(page, 'a leaf');
  await shoot(play, page, 'leaf');
}

async function decisions(play, page) {
  await page.goto('/tham-dinh/2022/I.2/VT?lan=1&theo=tieu-chi');
  await keep(page);
  await page.getByText('Chưa chọn ý kiến').first().waitFor();
  await axe(page, 'no decision');
  await shoot(play, page, 'nothing-chosen');
  await decision(page, 'disagree').check();
  await points(page).fill('41');
  await reason(page).fill('Có sai sót');
  await keep(page);
  await page.locator('.summary').waitFor();
  equal(await points(page).inputValue(), '41', 'what was typed');
  await points(page).fill('36,5');
  await keep(page);
  await page.getByText(/Đã lưu lúc .*36,50 điểm/).waitFor();
  await choose(page, decision(page, 'request'));
  await write(page, points(page), '0');
  await write(page, reason(page), 'Báo cáo quý IV có chữ ký');
  await press(page, keeping(page));
  await page.getByText(/Đã lưu lúc .*Đề nghị bổ sung/).waitFor();
  await shoot(play, page, 'requested');
  // To agree hides what is not needed and takes the unit's own result.
  await page.goto('/tham-dinh/2022/II.1/VT?lan=1&theo=don-vi');
  await decision(page, 'agree').check();
  equal(await points(page).isVisible(), false, 'fields that agreement needs');
  await shoot(play, page, 'agreed');
}

async function next(page) {
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/II.2/VT?**');
  await page.getByRole('heading', { name: /^II\.2 / }).waitFor();
}

// More time for one unit after its entry was read: it changes the entry, and what was decided on the old one is refused,
// with both versions in sight.
async function changed(play, page) {
  await page.goto('/tham-dinh/2022/II.1/DH?lan=1&theo=don-vi');
  const organiser = await play.person('organiser');
  await organiser.goto('/quan-tri/2022');
  const form = organiser.locator('form[action$="/gia-han"]');
  await form.locator('[name=cua-so]').selectOption({ label: 'Tự chấm điểm' });
  await form.locator('[name=don-vi]').selectOption('DH');
  await form.locator('[name=han]').fill('16/12/2022 08:20');
  await form.locator('[name=ly-do]').fill('Mất điện ba ngày');
  await form.locator('[name=van-ban]').fill('1203/UBND-NC');
  await form.getByRole('button', { name: 'Gia hạn' }).click();
  await organiser.getByText('Đã gia hạn. Đơn vị').waitFor();
  const officer = await play.person('officer DH');
  await officer.goto('/tu-cham/2022/DH/II.1');
  await officer.getByLabel(/^1 hình thức/).check();
  await officer.locator('#tu-cham [data-save-line]').filter({ hasText: /Đã lưu lúc/ }).waitFor();
  play.clock.set('2022-12-16T08:21:00+07:00');
  await decision(page, 'agree').check();
  await keep(page);
  await page.locator('.summary').getByText('đã thay đổi trong lúc bạn thẩm định').waitFor();
  holds(await decision(page, 'agree').isChecked(), 'what was chosen stays');
  await page.getByText(/1 hình thức – 5,00/).waitFor();
  await axe(page, 'a clash');
  await shoot(play, page, 'clash');
  await keep(page);
  await page.getByText(/Đã lưu lúc .*5,00 điểm/).waitFor();
}

async function propose(play) {
  const page = await play.person('appraiser STC');
  await page.goto(PENALTIES);
  await page.getByText('Chưa có đề xuất điểm trừ nào').waitFor();
  await axe(page, 'no penalties');
  await page.locator('[name=don-vi]').selectOption('VT');
  await page.getByRole('button', { name: 'Chọn', exact: true }).click();
  await page.getByRole('button', { name: 'Đề xuất', exact: true }).click();
  await page.locator('.summary').waitFor();
  await page.getByLabel(/Tham nhũng/).check();
  await page.locator('[name=count]').fill('1');
  await page.locator('[name=document]').fill('Bản án số 7/2022/HS-ST ngày 01/11/2022');
  await page.locator('[name=reason]').fill('Một vụ tham nhũng tại Phòng Tài chính');
  await axe(page, 'a proposal');
  await shoot(play, page, 'proposal');
  await page.getByRole('button', { name: 'Đề xuất', exact: true }).click();
  await page.getByText('Bản án số 7/2022/HS-ST').waitFor();
  await shoot(play, page, 'penalties');
}

// Looked over together, each saved by itself.
async function several(play) {
  const page = await play.person('appraiser STC');
  await page.goto(`${LIST}?lan=1&theo=tieu-chi&loai=district&tieu-chi=I.1`);
  await page.getByText('Đồng ý với nhiều kết quả cùng lúc').click();
  await page.getByRole('button', { name: 'Xem lại các kết quả đã chọn' }).click();
  await page.getByText('Chưa có kết quả nào được chọn').waitFor();
  await axe(page, 'nothing is chosen');
  await page.getByRole('link', { name: 'Danh sách kết quả' }).click();
  await page.getByText('Đồng ý với nhiều kết quả cùng lúc').click();
  const boxes = page.locator('[name=chon]');
  equal(await boxes.count(), 2, 'results that can be agreed to');
  for (const box of await boxes.all()) await box.check();
  await axe(page, 'choosing several');
  await shoot(play, page, 'several');
  await page.getByRole('button', { name: 'Xem lại các kết quả đã chọn' }).click();
  const agree = page.getByRole('button', { name: 'Đồng ý với 2 kết quả' });
  await agree.waitFor();
  await axe(page, 'looking several over');
  await shoot(play, page, 'several-look');
  await walk(page, 'looking several over');
  await agree.click();
  await page.getByText('Đã đồng ý với 2 kết quả').waitFor();
  await axe(page, 'several agreed to');
  await shoot(play, page, 'several-done');
  await page.close();
}

// Everything that is left, unit by unit, by whose it is.
async function rest(play, round) {
  for (const agency of ['SNV', 'STC']) {
    const page = await play.person(`appraiser ${agency}`);
    for (let left = 0; left < 40; left += 1) {
      await page.goto(`${LIST}?lan=${round}&theo=don-vi`);
      if (await page.getByText('Đã thẩm định tất cả').count()) break;
      await page.locator('.task').filter({ hasNotText: 'còn 0 ' }).locator('a').first().click();
      await page.locator('.task').filter({ hasText: /Chưa thẩm định|đã sửa/ }).locator('a').first().click();
      await decision(page, 'agree').check();
      await keep(page);
      await page.getByText(/Đã lưu lúc/).waitFor();
    }
    await page.getByText('Đã thẩm định tất cả').waitFor();
    await page.close();
  }
}

async function close(play, round) {
  const page = await play.person('organiser');
  await page.goto(ROUNDS);
  await axe(page, 'the rounds');
  await shoot(play, page, `rounds-${round}`);
  await page.getByRole('button', { name: `Chốt thẩm định lần ${round}` }).click();
  await page.getByText(`Thẩm định lần ${round} đã chốt lúc`).waitFor();
  // Back, and sent again: the first answer comes again.
  await page.goBack();
  await page.goForward();
  await page.getByText(`Thẩm định lần ${round} đã chốt lúc`).waitFor();
}

async function answers(play) {
  play.clock.set('2022-12-20T08:00:00+07:00');
  const page = await play.person('officer VT');
  await page.goto('/tu-cham/2022/VT/I.2');
  await page.getByLabel('Nội dung giải trình').fill('Đã gửi báo cáo quý IV có chữ ký.');
  await page.locator('#giai-trinh [data-save-line]').filter({ hasText: /Đã lưu lúc/ }).waitFor();
  play.clock.set('2022-12-22T08:00:00+07:00');
}

async function second(play) {
  const page = await play.person('appraiser SNV');
  await page.getByRole('link', { name: /Thẩm định lần 2/ }).click();
  await page.goto('/tham-dinh/2022/I.2/VT?lan=2&theo=tieu-chi');
  await page.getByText('Đã gửi báo cáo quý IV có chữ ký.').waitFor();
  await page.getByText('Báo cáo quý IV có chữ ký', { exact: true }).first().waitFor();
  equal(await decision(page, 'request').count(), 0, 'a third decision in round 2');
  await axe(page, 'a leaf in round 2');
  await shoot(play, page, 'second');
  await decision(page, 'agree').check();
  await keep(page);
  await page.getByText(/Đã lưu lúc .*40,00 điểm/).waitFor();
}

async function judge(play) {
  const page = await play.person('chair');
  await page.getByRole('link', { name: /Hội đồng thẩm định lần 2/ }).click();
  await shoot(play, page, 'chair');
  await page.getByRole('link', { name: 'Điểm trừ' }).click();
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.locator('.summary').waitFor();
  await page.getByLabel('Không trừ điểm', { exact: true }).check();
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.getByText('Không trừ điểm phải nêu lý do').first().waitFor();
  await axe(page, 'a penalty without a reason');
  await shoot(play, page, 'judging');
  await page.getByLabel('Trừ điểm', { exact: true }).check();
  await page.getByLabel('Ý kiến quyết định').fill('Đủ căn cứ theo bản án');
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.getByText('Đã quyết định trừ').waitFor();
}

async function over(play) {
  const page = await play.person('appraiser SNV');
  await page.goto('/tham-dinh/2022/I.2/VT?lan=2&theo=tieu-chi');
  await page.getByText('Thẩm định lần 2 đã chốt lúc').waitFor();
  equal(await page.locator('form[data-appraisal]').count(), 0, 'a form after the end');
  await axe(page, 'a leaf after the end');
  await shoot(play, page, 'over');
  const without = await play.person('appraiser STC', { scripts: false, width: 360, height: 740 });
  await without.goto('/tham-dinh/2022?lan=2');
  await without.getByText('Đã thẩm định tất cả').waitFor();
}

async function ties(play) {
  const page = await play.person('chair');
  await page.goto('/tham-dinh/2022/dong-diem');
  await page.getByText('hệ thống không tự chọn').waitFor();
  await axe(page, 'ties');
  await shoot(play, page, 'ties');
  holds(await page.locator('main').getByText('Đồng điểm').count() > 0, 'the heading');
}

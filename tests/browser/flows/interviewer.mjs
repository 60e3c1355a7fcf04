// An interviewer with people to ask and a slip that came back: consent first, the slip by keys alone, what hangs on an
// answer, what an answer has to satisfy, a bad network, Vietnamese; looked over, sent, done again; somebody new, somebody
// who refuses, two windows, no scripts; and the end of the window.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { compose, unikey, vni } from '../lib/keys.mjs';
import { failRequest, loseAnswer, loseRequest } from '../lib/net.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const LIST = '/khao-sat/2022';
const SAVED = /Đã lưu lúc \d\d:\d\d/;
const TIMES = 'Trong năm, Ông/Bà làm việc với đơn vị mấy lần?';
const PHONE = { width: 360, height: 740, touch: true };

const path = (page) => new URL(page.url()).pathname;
const says = (page, words) => page.locator('[data-save-line]').filter({ hasText: words }).waitFor();
const saved = (page) => says(page, SAVED);
const question = (page, name) => page.locator(`[data-question=${name}]`);
const first = (page, name) => page.locator(`#f-cau-${name}`);
const waiting = (page) => page.locator('#can-hoi .task a');

export default async function interviewer(play) {
  const page = await play.person('interviewer');
  await play.step('from the first page to the list', () => list(play, page));
  await play.step('consent', () => consent(play, page));
  await play.step('a slip by keys', () => keys(play, page));
  await play.step('Vietnamese', () => typing(page));
  await play.step('what stands in its way', () => wrong(play, page));
  await play.step('a bad network', () => network(play, page));
  await play.step('the end of the interview', () => finish(play, page));
  await play.step('a slip that came back', () => again(play, page));
  await play.step('somebody new, on a phone', () => somebody(play));
  await play.step('somebody who refuses', () => refuses(play, page));
  await play.step('two windows', () => windows(play, page));
  await play.step('without scripts', () => withoutScripts(play));
  await play.step('people of elsewhere', () => others(play));
  await play.step('in English', () => english(play, page));
  await play.step('the end of the window', () => late(play));
}

async function list(play, page) {
  await page.getByText('0/10 phiếu được giao').waitFor();
  await page.getByText('Có phiếu bị trả lại').waitFor();
  await page.getByRole('link', { name: /Phỏng vấn, nhập phiếu khảo sát/ }).click();
  equal(path(page), LIST, 'where interviews begin');
  equal(await waiting(page).count(), 10, 'people to be asked');
  await axe(page, 'the list');
  await shoot(play, page, 'list');
  await walk(page, 'the list');
  await page.getByLabel('Đơn vị được đánh giá').selectOption({ label: 'Sở Tài chính' });
  await page.getByRole('button', { name: 'Lọc' }).click();
  await page.waitForURL(/don-vi=STC/);
  equal(await waiting(page).count(), 5, 'of one unit');
  await page.goto(LIST);
}

async function consent(play, page) {
  await waiting(page).first().focus();
  await page.keyboard.press('Enter');
  await page.getByText('Ông/Bà có quyền từ chối').waitFor();
  await axe(page, 'consent');
  await shoot(play, page, 'consent');
  await walk(page, 'consent');
  equal(await page.locator('input[type=radio]:checked').count(), 0, 'what is chosen beforehand');
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.locator('.summary').filter({ hasText: 'Chọn người trả lời đồng ý' }).waitFor();
  await axe(page, 'consent that nobody gave');
  await page.getByLabel('Đồng ý', { exact: true }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/\/phieu\//);
}

async function keys(play, page) {
  await page.getByText('Đã trả lời 0/3 câu').waitFor();
  await page.getByRole('heading', { name: 'Thông tin chung' }).waitFor();
  equal(await question(page, 'vi_sao').isVisible(), false, 'a question that hangs on an answer');
  await axe(page, 'an empty slip');
  await shoot(play, page, 'empty');
  await walk(page, 'an empty slip');
  // Every field has been left once; nobody has come to any on a page that was just opened.
  await page.reload();
  // Digits are digits in a box, and said to be too many once it is left.
  await page.getByLabel(TIMES).focus();
  await page.keyboard.type('400');
  equal(await question(page, 'so_lan').locator('.error').isVisible(), false, 'a fault while it is typed');
  await page.keyboard.press('Tab');
  await question(page, 'so_lan').getByText('Số lần từ 1 đến 365.').waitFor();
  equal(await question(page, 'gop_y').isVisible(), true, 'what is asked after more than one time');
  // They choose in a group of choices.
  await first(page, 'Q1').focus();
  await page.keyboard.press('2');
  equal(await page.getByRole('radio', { name: '2. Kém' }).first().isChecked(), true, 'what a digit chose');
  equal(await question(page, 'vi_sao').isVisible(), true, 'what is asked after a low answer');
  await page.keyboard.press('5');
  equal(await question(page, 'vi_sao').isVisible(), false, 'what is not asked after a high one');
  await page.keyboard.press('2');
  await saved(page);
  await question(page, 'so_lan').getByText('Số lần từ 1 đến 365.').waitFor();
  await axe(page, 'a slip with a fault');
  await shoot(play, page, 'fault');
}

// No letter is lost and none is a shortcut, whatever the tool; saving goes on meanwhile.
async function typing(page) {
  const why = page.getByLabel('Vì sao Ông/Bà đánh giá thấp?');
  await why.focus();
  await unikey(page, 'Trả lời chậm 2 lần, không giải thích');
  const more = page.getByLabel('Góp ý khác');
  await more.focus();
  await vni(page, 'Đề nghị giữ đúng hẹn');
  const note = page.getByLabel('Ghi chú của điều tra viên');
  await note.focus();
  await compose(page, 'Gặp lại buổi chiều', 900);
  await saved(page);
  await page.reload();
  equal(await why.inputValue(), 'Trả lời chậm 2 lần, không giải thích', 'by Unikey');
  equal(await more.inputValue(), 'Đề nghị giữ đúng hẹn', 'by VNI');
  equal(await note.inputValue(), 'Gặp lại buổi chiều', 'on macOS');
  equal(await page.getByRole('radio', { name: '2. Kém' }).first().isChecked(), true, 'what was chosen');
}

async function wrong(play, page) {
  await page.getByRole('button', { name: 'Kiểm tra và hoàn thành' }).click();
  await page.waitForURL('**/hoan-thanh');
  await page.getByText('Đã trả lời 4 · Chưa trả lời 1 · Cần xem lại 1').waitFor();
  equal(await page.getByRole('button', { name: /Hoàn thành|Gửi/ }).count(), 0, 'a way to send what is wrong');
  await axe(page, 'what stands in the way');
  await shoot(play, page, 'in-the-way');
  await walk(page, 'what stands in the way');
  await page.getByRole('link', { name: /Sửa câu: Trong năm/ }).click();
  await page.getByLabel(TIMES).fill('12');
  equal(await question(page, 'so_lan').locator('.error').isVisible(), false, 'a fault that was mended');
  await saved(page);
}

// A request that does not arrive, one that fails, and one whose answer is lost: each is kept, and counts once.
async function network(play, page) {
  play.expects(/net::ERR_CONNECTION_RESET/);
  play.expects(/^500 |status of 500/);
  const slip = path(page);
  await loseRequest(page, 'POST', slip);
  await first(page, 'Q2').focus();
  await page.keyboard.press('3');
  await says(page, 'Chưa lưu được');
  await shoot(play, page, 'cut');
  await saved(page);
  await failRequest(page, 'POST', slip);
  await page.keyboard.press('4');
  await says(page, 'Chưa lưu được');
  await saved(page);
  await page.unrouteAll();
  const version = async () => Number(await page.locator('form.slip [name=_version]').inputValue());
  const before = await version();
  const lost = await loseAnswer(page, 'POST', slip);
  await page.keyboard.press('5');
  equal(await lost.status, 200, 'the answer that was lost');
  await saved(page);
  equal(await version(), before + 1, 'how often it was saved');
  await page.reload();
  equal(await page.locator('[name=cau-Q2]:checked').inputValue(), '5', 'what is kept');
  await page.getByText('Đã trả lời 5/5 câu').waitFor();
}

async function finish(play, page) {
  const slip = path(page);
  await first(page, 'Q2').focus();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/hoan-thanh');
  await page.getByText('Phiếu đã đủ và đúng').waitFor();
  await axe(page, 'a slip before it is sent');
  await shoot(play, page, 'check');
  await walk(page, 'a slip before it is sent');
  await page.getByRole('button', { name: 'Hoàn thành phiếu' }).click();
  await page.locator('.summary').filter({ hasText: 'Chọn người được hỏi có trực tiếp' }).waitFor();
  // Opened anew, so that the way back leads to a page and not to a form that was refused.
  await page.goto(`${slip}/hoan-thanh`);
  await page.getByLabel('Có', { exact: true }).check();
  await page.getByRole('button', { name: 'Hoàn thành phiếu' }).click();
  await page.getByText(/Đã gửi lúc .* – mã [0-9A-F]{6}/).waitFor();
  equal(path(page), slip, 'where the receipt stands');
  await axe(page, 'a receipt');
  await shoot(play, page, 'receipt');
  // The back button brings no form that could be sent again.
  await page.goBack();
  await page.getByText(/Đã gửi lúc/).waitFor();
  equal(await page.locator('form.slip').count(), 0, 'forms of a slip that was sent');
  await page.goto(slip);
  await page.getByRole('link', { name: 'Phiếu tiếp theo' }).click();
  await page.getByText(/Đã gửi phiếu [0-9A-F]{6} về .* lúc/).waitFor();
  equal(await waiting(page).count(), 9, 'people to be asked');
  await page.getByText('1/10').waitFor();
}

async function again(play, page) {
  await page.locator('.task').filter({ hasText: 'Hỏi lại cho rõ' }).getByRole('link').click();
  await page.getByText('Giám sát viên trả lại lúc').waitFor();
  await axe(page, 'a returned slip');
  await shoot(play, page, 'returned');
  await walk(page, 'a returned slip');
  await page.getByLabel('Đồng ý', { exact: true }).check();
  await page.getByRole('button', { name: 'Làm lại phiếu này' }).click();
  await page.getByText('Đã trả lời 3/4 câu').waitFor();
  equal(await page.locator('[name=cau-Q2]:checked').inputValue(), '5', 'answers from before');
  await page.locator('[name=cau-Q2][value="3"]').check();
  await page.getByRole('button', { name: 'Kiểm tra và hoàn thành' }).click();
  await page.getByLabel('Có', { exact: true }).check();
  await page.getByRole('button', { name: 'Hoàn thành phiếu' }).click();
  await page.getByText(/Đã gửi lúc/).waitFor();
  await page.goto(`${LIST}/da-gui`);
  equal(await page.locator('.task').count(), 3, 'slips that were sent');
  const counts = await page.locator('dl.counts dd').allInnerTexts();
  equal(counts, ['2', '0', '1'], 'valid, invalid, returned');
  await axe(page, 'slips that were sent');
  await shoot(play, page, 'sent');
  await page.getByRole('link', { name: 'Cần làm' }).click();
  equal(await page.getByRole('heading', { name: /Bị trả lại/ }).count(), 0, 'slips that came back');
}

async function somebody(play) {
  const page = await play.person('interviewer', PHONE);
  await page.goto(LIST);
  await page.getByRole('link', { name: 'Nhập người mới' }).tap();
  await page.waitForURL('**/nguoi-moi');
  await axe(page, 'somebody new');
  await page.getByLabel('Đồng ý', { exact: true }).check();
  await page.getByLabel('Họ và tên').fill('Đặng Thị Ngọc Ánh');
  await page.getByLabel('Điện thoại').fill('098765432');
  await page.getByRole('button', { name: 'Tiếp tục' }).tap();
  await page.locator('.summary').waitFor();
  equal(await page.getByLabel('Họ và tên').inputValue(), 'Đặng Thị Ngọc Ánh', 'what was typed');
  await axe(page, 'somebody new with faults');
  await shoot(play, page, 'new');
  await page.getByLabel(/Phiếu khảo sát đại biểu/).check();
  await page.getByLabel('Đơn vị được đánh giá').selectOption({ label: 'UBND huyện Đoan Hùng' });
  await page.getByLabel('Điện thoại').fill('0987 654 321');
  await page.getByRole('button', { name: 'Tiếp tục' }).tap();
  await page.waitForURL(/\/phieu\//);
  await page.getByText('Đặng Thị Ngọc Ánh').waitFor();
  holds(!(await page.content()).includes('0987'), 'the whole number is on the page');
  await page.getByText('Bỏ phiếu nháp này').tap();
  await page.getByRole('button', { name: 'Bỏ phiếu nháp' }).tap();
  await page.getByText('Đã bỏ phiếu nháp.').waitFor();
}

async function refuses(play, page) {
  await page.goto(LIST);
  const before = await waiting(page).count();
  await waiting(page).first().click();
  await page.getByLabel('Không đồng ý').check();
  await page.getByLabel('Ghi chú của điều tra viên').fill('Bận họp');
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByText('Đã ghi: người này không đồng ý tham gia').waitFor();
  equal(await waiting(page).count(), before - 1, 'people to be asked');
  await page.getByText('Bận họp').waitFor();
  await axe(page, 'somebody who refused');
  await shoot(play, page, 'refused');
}

async function windows(play, page) {
  await page.goto(LIST);
  await waiting(page).first().click();
  await page.getByLabel('Đồng ý', { exact: true }).check();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.waitForURL(/\/phieu\//);
  const other = await page.context().newPage();
  await other.goto(path(page));
  await other.getByLabel(TIMES).fill('7');
  await saved(other);
  await page.getByLabel(TIMES).fill('9');
  await says(page, 'vừa được sửa ở nơi khác');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByText('Bản đã lưu: 7').waitFor();
  equal(await page.getByLabel(TIMES).inputValue(), '9', 'what was typed');
  await axe(page, 'a clash');
  await shoot(play, page, 'clash');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await saved(page);
  await other.close();
}

async function withoutScripts(play) {
  const page = await play.person('interviewer', { ...PHONE, scripts: false });
  await page.goto(LIST);
  await waiting(page).first().click();
  await page.getByLabel('Đồng ý', { exact: true }).check();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.locator('[name=cau-Q1][value="1"]').check();
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByLabel('Vì sao Ông/Bà đánh giá thấp?').fill('Chậm trả kết quả');
  await page.getByLabel(TIMES).fill('1');
  await page.locator('[name=cau-Q2][value="4"]').check();
  await page.getByRole('button', { name: 'Kiểm tra và hoàn thành' }).click();
  await page.getByLabel('Có', { exact: true }).check();
  await page.getByRole('button', { name: 'Hoàn thành phiếu' }).click();
  await page.getByText(/Đã gửi lúc/).waitFor();
}

async function others(play) {
  for (const kind of ['verifier', 'officer SNV', 'leader 1']) {
    const page = await play.person(kind);
    const answer = await page.goto(LIST);
    equal(answer.status(), 404, `slips of interviewers to ${kind}`);
  }
}

async function english(play, page) {
  await page.goto(`${LIST}?lang=en`);
  await page.getByText('To be asked').first().waitFor();
  await axe(page, 'the list in English');
}

async function late(play) {
  play.clock.set('2022-12-01T00:00:00+07:00');
  const page = await play.person('interviewer');
  await page.goto(LIST);
  await page.getByText('Đã khóa lúc').waitFor();
  await axe(page, 'the list after the window');
  await shoot(play, page, 'over');
  await page.locator('.task').filter({ hasText: 'Đang làm' }).getByRole('link').first().click();
  await page.getByText('Thời gian khảo sát đã hết').waitFor();
  equal(await page.getByRole('button', { name: /Lưu|hoàn thành/ }).count(), 0, 'a way to save');
  await axe(page, 'a slip after the window');
  await shoot(play, page, 'locked');
}

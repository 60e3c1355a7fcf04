// A unit that scores itself: every kind of rule, saved while it is typed, over a bad network and in Vietnamese; two who
// write at once; evidence by file, link and record; looked over, sent, taken back, printed; and the end of the window.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { compose, unikey, vni } from '../lib/keys.mjs';
import { failRequest, loseAnswer, loseRequest, slowly } from '../lib/net.mjs';
import { LETTERS, print } from '../lib/print.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const SAVED = /Đã lưu lúc \d\d:\d\d/;
const LIST = '/tu-cham/2022/SNV';
const PDF = '%PDF-1.7\nbáo cáo\n%%EOF\n';

const leaf = (criterion) => `${LIST}/${criterion}`;
const line = (page) => page.locator('#tu-cham [data-save-line]');
const saved = (page) => line(page).filter({ hasText: SAVED }).waitFor();
const says = (page, words) => line(page).filter({ hasText: words }).waitFor();
const text = (page) => page.getByLabel('Giải trình điểm tự chấm');
const version = async (page) => Number(await page.locator('#tu-cham [name=_version]').inputValue());
const file = (name, content, mimeType = 'application/pdf') => ({ name, mimeType, buffer: Buffer.from(content) });

export default async function unit(play) {
  const page = await play.person('officer SNV');
  await play.step('from the first page to the list', () => list(play, page));
  await play.step('every kind of rule', () => kinds(play, page));
  await play.step('a bad network', () => network(play, page));
  await play.step('Vietnamese', () => typing(page));
  await play.step('two at once', () => two(play, page));
  await play.step('bad files', () => bad(play, page));
  await play.step('a file with its progress', () => upload(play, page));
  await play.step('typing while evidence is added', () => meanwhile(page));
  await play.step('a link and a record', () => other(play, page));
  await play.step('without scripts', () => withoutScripts(play));
  await play.step('people of elsewhere', () => others(play));
  await play.step('looking over and sending', () => send(play, page));
  await play.step('the report on paper', () => report(play, page));
  await play.step('the end of the window', () => late(play));
}

async function list(play, page) {
  await page.getByRole('link', { name: /Tự chấm điểm/ }).click();
  equal(new URL(page.url()).pathname, LIST, 'where scoring begins');
  equal(await page.locator('.task').count(), 5, 'criteria that the unit scores');
  await page.getByText('Hạn: 14/12/2022 23:59:59').waitFor();
  await axe(page, 'an empty sheet');
  await shoot(play, page, 'list');
  await walk(page, 'an empty sheet');
  await page.getByLabel('Tìm tiêu chí').fill('tuyen truyen');
  await page.keyboard.press('Enter');
  await page.waitForURL(/tim=/);
  equal(await page.locator('.task').count(), 1, 'what a search without marks finds');
}

async function kinds(play, page) {
  await page.goto(leaf('I.1'));
  await page.getByLabel('Đạt', { exact: true }).check();
  await saved(page);
  await page.locator('#diem').filter({ hasText: 'Còn thiếu giải trình và tài liệu kiểm chứng' }).waitFor();
  await axe(page, 'a criterion');
  await shoot(play, page, 'criterion');
  await walk(page, 'a criterion');

  await page.goto(leaf('I.2'));
  await page.getByLabel('Kế hoạch', { exact: true }).fill('100');
  await page.getByLabel('Kế hoạch', { exact: true }).blur();
  await says(page, 'Chưa lưu');
  equal(await page.locator('.error:visible').count(), 0, 'faults of a field that nobody has come to');
  await page.getByLabel('Kết quả thực hiện').fill('1.000,5');
  await page.locator('.error:visible').filter({ hasText: 'không dùng dấu phân cách hàng nghìn' }).waitFor();
  await axe(page, 'a number that cannot be read');
  await shoot(play, page, 'refused');
  await page.getByLabel('Kết quả thực hiện').fill('80,5');
  await saved(page);
  equal(await page.locator('.error:visible').count(), 0, 'faults of what was mended');
  await page.locator('#diem').filter({ hasText: '32,20/40' }).waitFor();
  await text(page).fill('Đạt 80,5 %.');
  await page.getByRole('button', { name: 'Lưu và tiêu chí tiếp theo' }).click();

  await page.waitForURL(`**${leaf('II.1')}`);
  await page.getByLabel('2 hình thức (10,00 điểm)').check();
  await text(page).focus();
  await page.keyboard.type('Hai hinh thuc');
  await page.keyboard.press('Control+Enter');

  await page.waitForURL(`**${leaf('II.2')}`);
  await page.getByLabel('Số báo cáo chậm').fill('hai');
  await page.locator('.error:visible').filter({ hasText: 'không phải số đếm' }).waitFor();
  await page.getByLabel('Số báo cáo chậm').fill('2');
  await saved(page);
  await page.locator('#diem').filter({ hasText: '7,50/8' }).waitFor();
  await text(page).fill('Hai báo cáo chậm.');
  await page.keyboard.press('Control+s');
  await saved(page);

  await page.goto(leaf('IV.1'));
  await page.getByLabel('Số sáng kiến').fill('3');
  await page.getByRole('button', { name: 'Lưu và rà soát' }).click();
  await page.waitForURL('**/gui');
  await page.goto(leaf('II.1'));
  equal(await text(page).inputValue(), 'Hai hinh thuc', 'what was typed before Ctrl+Enter');
}

// A request that does not arrive, one that fails, and one whose answer is lost: each is kept, and counts once.
async function network(play, page) {
  play.expects(/net::ERR_CONNECTION_RESET/);
  play.expects(/^500 |status of 500/);
  await page.goto(leaf('I.1'));
  const before = await version(page);
  await loseRequest(page, 'POST', leaf('I.1'));
  await text(page).fill('Một');
  await says(page, 'Chưa lưu được');
  await saved(page);
  await failRequest(page, 'POST', leaf('I.1'));
  await text(page).fill('Hai');
  await says(page, 'Chưa lưu được');
  await saved(page);
  await page.unrouteAll();
  const lost = await loseAnswer(page, 'POST', leaf('I.1'));
  await text(page).fill('Ba');
  equal(await lost.status, 200, 'the answer that was lost');
  await says(page, 'Chưa lưu được');
  await saved(page);
  await page.reload();
  equal(await text(page).inputValue(), 'Ba', 'what is kept');
  equal(await version(page), before + 3, 'how often it was saved');
}

// No syllable is cut, and no letter or digit is a shortcut.
async function typing(page) {
  const sent = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(new URLSearchParams(request.postData() ?? '').get('explanation'));
  });
  await page.goto(leaf('I.1'));
  await text(page).fill('');
  await text(page).focus();
  await unikey(page, 'Kế hoạch số 12 ');
  await vni(page, 'được duyệt ');
  await compose(page, 'đúng hạn', 1200);
  await saved(page);
  await page.reload();
  equal(await text(page).inputValue(), 'Kế hoạch số 12 được duyệt đúng hạn', 'what was typed');
  const cut = sent.filter((said) => said !== null && /(đú?n?|hạ?)$/.test(said));
  equal(cut, [], 'syllables that were cut');
}

// Whoever comes second sees both and decides.
async function two(play, page) {
  const head = await play.person('head SNV');
  await Promise.all([page.goto(leaf('II.2')), head.goto(leaf('II.2'))]);
  await page.getByLabel('Số báo cáo chậm').fill('3');
  await saved(page);
  await head.getByLabel('Số báo cáo chậm').fill('1');
  await says(head, 'vừa được sửa ở nơi khác');
  await head.getByRole('button', { name: 'Lưu', exact: true }).click();
  await head.getByText('đã sửa mục này').waitFor();
  const told = await head.locator('.notice').filter({ hasText: 'đã sửa mục này' }).innerText();
  holds(told.includes('Người cb-snv') && told.includes('3'), `who and what: ${told}`);
  equal(await head.getByLabel('Số báo cáo chậm').inputValue(), '1', 'what was typed');
  await axe(head, 'two values');
  await shoot(play, head, 'clash');
  await head.getByRole('button', { name: 'Lưu', exact: true }).click();
  await saved(head);
  await page.reload();
  equal(await page.getByLabel('Số báo cáo chậm').inputValue(), '1', 'what was kept');
  await head.close();
}

const form = (page) => page.locator('form[data-upload]');
const told = (page, words) => form(page).getByText(words).first().waitFor();
const pieces = (page) => page.locator('.evidence > li');

async function bad(play, page) {
  await page.goto(leaf('I.1'));
  const go = form(page).getByRole('button', { name: 'Tải lên' });
  await go.click();
  await told(page, 'Chưa chọn tệp');
  await form(page).getByLabel('Số, ký hiệu văn bản').fill('215/BC-SNV ngày 05/4/2022');
  for (const [chosen, words] of [
    [file('a.pdf', '<html>không phải PDF</html>'), 'nội dung là loại khác'],
    [file('trong.pdf', ''), 'Tệp rỗng'],
    [file('mat-khau.pdf', '%PDF-1.7\ntrailer << /Encrypt 5 0 R >>\n%%EOF\n'), 'Bỏ mật khẩu'],
    [file('to.pdf', Buffer.concat([Buffer.from(PDF), Buffer.alloc(21 << 20)])), 'không quá 20 MB'],
    [file('bang.xlsx', 'PK\u0003\u0004', 'application/zip'), 'PDF'],
  ]) {
    await form(page).locator('[type=file]').setInputFiles(chosen);
    await go.click();
    await form(page).locator('.error:visible').filter({ hasText: words }).waitFor();
  }
  equal(await form(page).getByLabel('Số, ký hiệu văn bản').inputValue(), '215/BC-SNV ngày 05/4/2022', 'what was typed');
  equal(await pieces(page).count(), 0, 'pieces of evidence');
  await axe(page, 'a file that is refused');
  await shoot(play, page, 'bad-file');
}

// Stopped, cut, and sent again: one piece.
async function upload(play, page) {
  await page.goto(leaf('I.1'));
  const go = form(page).getByRole('button', { name: 'Tải lên' });
  await form(page).getByLabel('Số, ký hiệu văn bản').fill('215/BC-SNV ngày 05/4/2022');
  await form(page).getByLabel('Mục, trang').fill('Mục II, trang 3');
  await form(page).locator('[type=file]').setInputFiles(
    file('Báo cáo quý I.pdf', Buffer.concat([Buffer.from(PDF), Buffer.alloc(3 << 20)])));
  const fast = await slowly(page, 200_000);
  await go.click();
  await told(page, 'Đang tải lên');
  await page.waitForFunction(() => document.querySelector('form[data-upload] progress').value > 0);
  await axe(page, 'a file on its way');
  await form(page).getByRole('button', { name: 'Dừng' }).click();
  await told(page, 'Đã dừng tải lên');
  await fast();
  play.expects(/net::ERR_CONNECTION_RESET/);
  const lost = await loseAnswer(page, 'POST', `${leaf('I.1')}/tep`);
  await go.click();
  equal(await lost.status, 200, 'the answer that was lost');
  await told(page, 'Chưa tải lên được');
  await go.click();
  await page.getByText('Báo cáo quý I.pdf').waitFor();
  equal(await pieces(page).count(), 1, 'pieces of evidence');
  const given = page.waitForEvent('download');
  await pieces(page).getByRole('link', { name: '215/BC-SNV ngày 05/4/2022' }).click();
  equal((await given).suggestedFilename(), 'Báo cáo quý I.pdf', 'the name of the file that is given out');
}

// Nothing that is typed while a file is on its way, or just before a link is added, is lost or asked about.
async function meanwhile(page) {
  await page.goto(leaf('II.2'));
  const asked = [];
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await form(page).getByLabel('Số, ký hiệu văn bản').fill('9/BC-SNV');
  await form(page).locator('[type=file]').setInputFiles(file('9.pdf', PDF));
  await page.route(`**${leaf('II.2')}/tep`, async (route) => {
    const answer = await route.fetch();
    await text(page).fill('Viết trong lúc tệp đang lên.');
    await route.fulfill({ response: answer });
  }, { times: 1 });
  await form(page).getByRole('button', { name: 'Tải lên' }).click();
  await pieces(page).getByText('9.pdf').waitFor();
  await page.waitForLoadState('load');
  equal(await text(page).inputValue(), 'Viết trong lúc tệp đang lên.', 'what was typed while a file went up');
  await page.getByText('Thêm đường liên kết').click();
  const link = page.locator('form[action$="/lien-ket"]');
  await link.getByLabel('Số, ký hiệu văn bản').fill('Trang tin');
  await link.getByLabel('Đường liên kết', { exact: true }).fill('https://snv.example.vn/9');
  await text(page).fill('Viết ngay trước khi thêm liên kết.');
  await link.getByLabel('Đường liên kết', { exact: true }).press('Enter');
  await pieces(page).nth(1).waitFor();
  equal(await text(page).inputValue(), 'Viết ngay trước khi thêm liên kết.', 'what was typed before a link was added');
  equal(asked, [], 'questions whether to leave');
}

async function other(play, page) {
  await page.goto(leaf('I.1'));
  await page.getByText('Thêm đường liên kết').click();
  const link = page.locator('form[action$="/lien-ket"]');
  await link.getByLabel('Số, ký hiệu văn bản').fill('Tin trên cổng thông tin');
  await link.getByLabel('Đường liên kết', { exact: true }).fill('snv.example.vn/tin');
  await link.getByRole('button', { name: 'Thêm' }).click();
  await page.locator('.summary').filter({ hasText: 'http' }).waitFor();
  holds((await page.title()).startsWith('Lỗi: '), 'the title');
  equal(await link.getByLabel('Số, ký hiệu văn bản').inputValue(), 'Tin trên cổng thông tin', 'what was typed');
  await axe(page, 'a link that is refused');
  await shoot(play, page, 'bad-link');
  await link.getByLabel('Đường liên kết', { exact: true }).fill('https://snv.example.vn/tin');
  await link.getByRole('button', { name: 'Thêm' }).click();
  await pieces(page).nth(1).waitFor();

  await form(page).getByLabel(/Tài liệu mật/).check();
  equal(await form(page).locator('[type=file]').isDisabled(), true, 'a secret file cannot be chosen');
  const record = page.locator('form[action$="/truc-tiep"]');
  await record.getByLabel('Ngày trình bày').fill('1/12/2022');
  await record.getByLabel('Nơi trình bày').fill('Sở Tư pháp');
  await record.getByLabel('Người dự').fill('Bà Nguyễn Thị A\nÔng Trần Văn B');
  await shoot(play, page, 'secret');
  await record.getByRole('button', { name: 'Thêm' }).click();
  await page.getByText('ngày 01/12/2022, tại Sở Tư pháp; người dự: Bà Nguyễn Thị A; Ông Trần Văn B').waitFor();
  await pieces(page).nth(1).getByRole('button').click();
  await page.getByText('https://snv.example.vn/tin').waitFor({ state: 'detached' });
  await page.locator('#diem').filter({ hasText: '20,00/20' }).waitFor();
  await axe(page, 'a criterion with evidence');
  await shoot(play, page, 'evidence');
}

async function withoutScripts(play) {
  const page = await play.person('officer SNV', { scripts: false, width: 360, height: 740 });
  await page.goto(leaf('II.1'));
  await text(page).fill('Không có kịch bản');
  await page.getByRole('button', { name: 'Lưu và tiêu chí tiếp theo' }).click();
  equal(new URL(page.url()).pathname, leaf('II.2'), 'where one goes on');
  await page.goto(leaf('II.1'));
  equal(await text(page).inputValue(), 'Không có kịch bản', 'what was saved');
  await form(page).locator('[type=file]').setInputFiles(file('a.pdf', PDF));
  await form(page).getByRole('button', { name: 'Tải lên' }).click();
  await page.locator('.summary').filter({ hasText: 'Chưa điền' }).waitFor();
  await form(page).getByLabel('Số, ký hiệu văn bản').fill('7/TB-SNV');
  await form(page).locator('[type=file]').setInputFiles(file('a.pdf', PDF));
  await form(page).getByRole('button', { name: 'Tải lên' }).click();
  await pieces(page).getByText('7/TB-SNV').waitFor();
}

async function others(play) {
  for (const kind of ['officer STC', 'head VT', 'interviewer', 'leader 1']) {
    const page = await play.person(kind);
    for (const path of [LIST, leaf('I.1'), `${LIST}/gui`, `${LIST}/bao-cao`]) {
      equal((await page.goto(path)).status(), 404, `${path} to ${kind}`);
    }
  }
}

async function send(play, page) {
  await page.goto(`${LIST}/gui`);
  equal(await page.getByRole('button', { name: 'Gửi đi' }).count(), 0, 'a way to send, for an officer');
  const head = await play.person('head SNV');
  const stale = await head.context().newPage();
  await head.goto(LIST);
  await head.getByRole('link', { name: 'Rà soát và gửi' }).click();
  await head.getByText('tiêu chí thiếu tài liệu kiểm chứng').waitFor();
  await axe(head, 'a review');
  await shoot(play, head, 'review');
  // What the review names is mended, and one comes back.
  await head.locator('.notice').getByRole('link', { name: /^I\.2 / }).click();
  await head.getByRole('button', { name: 'Lưu và rà soát' }).click();
  await head.waitForURL('**/gui');
  await stale.goto(`${LIST}/gui`);
  await head.getByRole('button', { name: 'Gửi đi' }).click();
  await head.getByText(/Đã gửi lúc .*, số biên nhận [0-9a-f]{12}/).first().waitFor();
  await head.getByText('Tiếp theo: Hội đồng thẩm định lần 1').waitFor();
  await axe(head, 'a sheet that was sent');
  await shoot(play, head, 'sent');
  // From before it was sent: the back button, and a tab.
  const receipt = await receiptOf(head);
  await head.goBack();
  await head.getByText('Đã gửi lúc').first().waitFor();
  equal(await head.getByRole('button', { name: 'Gửi đi' }).count(), 0, 'a way to send again on the page that Back brings');
  await head.goto(`${LIST}/gui`);
  equal(await head.getByRole('button', { name: 'Gửi đi' }).count(), 0, 'a second way to send');
  equal(await receiptOf(head), receipt, 'the receipt after the back button');
  await stale.getByRole('button', { name: 'Gửi đi' }).click();
  await stale.locator('.summary').waitFor();
  await shoot(play, stale, 'sent-twice');
  await page.goto(leaf('I.1'));
  await page.getByText('Đã gửi lúc').waitFor();
  equal(await page.locator('#tu-cham button, #tai-lieu form').count(), 0, 'what can be changed of a sheet that was sent');
  await axe(page, 'a criterion of a sheet that was sent');
  await shoot(play, page, 'locked');
  await head.getByLabel('Lý do thu hồi').fill('Bổ sung số liệu');
  await head.getByRole('button', { name: 'Thu hồi' }).click();
  await head.waitForURL(`**${LIST}`);
  await page.reload();
  equal(await page.getByRole('button', { name: 'Lưu', exact: true }).count(), 1, 'a way to save again');
}

// Each letter that there is comes out of the printer, in the typeface that came along.
async function report(play, page) {
  await page.goto(leaf('I.1'));
  await text(page).fill(LETTERS);
  await saved(page);
  await page.goto(LIST);
  await page.getByRole('link', { name: 'Xem báo cáo' }).click();
  await page.getByText('Cộng hòa xã hội chủ nghĩa Việt Nam').waitFor();
  await page.evaluate(() => document.fonts.ready);
  await axe(page, 'the report');
  await shoot(play, page, 'report');
  const paper = await print(play, page, 'report');
  equal([...LETTERS].filter((letter) => !paper.text.includes(letter)), [], 'letters that are missing on paper');
  holds(/Tinos/.test(paper.fonts) && !/DejaVu|Liberation/.test(paper.fonts), `typefaces:\n${paper.fonts}`);
  holds(/A4/.test(paper.about), paper.about);
}

async function late(play) {
  play.clock.set('2022-12-14T23:50:00+07:00');
  const page = await play.person('officer SNV');
  await page.goto(leaf('II.2'));
  await text(page).fill('Trước hạn.');
  await saved(page);
  play.clock.set('2022-12-15T00:00:00+07:00');
  await text(page).fill('Quá hạn một giây.');
  await says(page, 'Đã hết thời gian tự chấm điểm');
  equal(await text(page).inputValue(), 'Quá hạn một giây.', 'what was typed');
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await page.locator('.summary').filter({ hasText: 'Đã hết thời gian tự chấm điểm' }).waitFor();
  equal(await page.locator('.summary h2').innerText(), 'Đã hết thời gian: không nhận thêm được', 'the heading');
  await page.getByText('Nội dung bạn vừa nhập chưa được lưu').waitFor();
  equal(await text(page).inputValue(), 'Quá hạn một giây.', 'what was typed, to be copied');
  await axe(page, 'a text that came too late');
  await shoot(play, page, 'late');
  await page.goto(leaf('II.2'));
  equal(await text(page).inputValue(), 'Trước hạn.', 'what counts');
  await page.goto(LIST);
  await page.getByText('hệ thống tự chốt').waitFor();
  await axe(page, 'a sheet after the window');
  await shoot(play, page, 'over');
}

// The number of the receipt that a page shows.
async function receiptOf(page) {
  const text = await page.getByText(/số biên nhận [0-9a-f]{12}/).first().innerText();
  return text.match(/[0-9a-f]{12}/)[0];
}

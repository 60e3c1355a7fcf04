// Home Affairs before the year begins: a cycle from the one before, workbooks with faults and without, a calendar in the
// wrong order, the policy, a council that would appraise itself, opening, more time for one unit, and accounts.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { fill, formTo, send } from '../lib/forms.mjs';
import { press, write } from '../lib/keyboard.mjs';
import { enter } from '../lib/people.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const NEXT = '/quan-tri/2023';

const status = (page, text) => page.getByRole('status').filter({ hasText: text });
const summary = (page) => page.locator('main .summary');

// Sends a form that is to be refused; what was typed stays.
async function refused(page, form, values) {
  await fill(form, values);
  await Promise.all([page.waitForEvent('load'), form.locator('button[type=submit]').last().click()]);
  await summary(page).waitFor();
  holds((await page.title()).startsWith('Lỗi: '), 'the title of a page that was refused');
}

export default async function organiser(play) {
  const page = await play.person('organiser');
  await play.step('a cycle from the one before', () => copy(play, page));
  await play.step('the calendar', () => calendar(play, page));
  await play.step('the policy', () => policy(play, page));
  await play.step('units from a workbook', () => units(play, page));
  await play.step('an index set from a workbook', () => indexSet(play, page));
  await play.step('the council', () => council(play, page));
  await play.step('an auditor', () => auditor(play));
  await play.step('opening', () => open(play, page));
  await play.step('more time for one unit', () => extend(play, page));
  await play.step('criteria that do not apply', () => notApplicable(play, page));
  await play.step('somebody new', () => people(play, page));
  await play.step('an external index', () => external(play));
  await play.step('without scripts', () => withoutScripts(play));
}

async function copy(play, page) {
  await page.getByRole('link', { name: 'Quản trị', exact: true }).click();
  await page.waitForURL('**/quan-tri');
  await axe(page, 'the cycles');
  await shoot(play, page, 'cycles');
  await walk(page, 'the cycles');
  const form = () => formTo(page, '/sao-chep');
  await refused(page, form(), { 'so-nam': 'một', 'ma-moi': 'Năm 2023' });
  equal(await form().locator('[name="ma-moi"]').inputValue(), 'Năm 2023', 'what was typed');
  await axe(page, 'a copy that was refused');
  await shoot(play, page, 'copy-refused');
  await write(page, form().locator('[name="so-nam"]'), '1');
  await write(page, form().locator('[name="ma-moi"]'), '2023');
  await press(page, form().locator('button[type=submit]').last());
  await status(page, 'Đã tạo đợt từ bản sao').waitFor();
  equal(new URL(page.url()).pathname, NEXT, 'where the copy is');
  await axe(page, 'a cycle that is set up');
  await shoot(play, page, 'setup');
  await walk(page, 'a cycle that is set up');
}

async function calendar(play, page) {
  await page.getByRole('link', { name: '1. Lịch' }).click();
  await page.waitForURL(`**${NEXT}/lich`);
  await axe(page, 'the calendar');
  await shoot(play, page, 'calendar');
  await refused(page, formTo(page, '/lich'), { 'den-SELF_SCORING': '20/12/2023', 'tu-LEADERS': '31/11/2023' });
  await axe(page, 'a day that there is not');
  await refused(page, formTo(page, '/lich'), { 'tu-LEADERS': '26/12/2023' });
  equal(await page.locator('[name="den-SELF_SCORING"]').inputValue(), '20/12/2023', 'what was typed');
  await page.getByText('phải bắt đầu sau khi hết thời gian tự chấm điểm').first().waitFor();
  await axe(page, 'a calendar in the wrong order');
  await shoot(play, page, 'calendar-wrong');
  await send(page, formTo(page, '/lich'), { 'den-SELF_SCORING': '14/12/2023 24:00' });
  await status(page, 'Đã lưu lịch').waitFor();
}

async function policy(play, page) {
  await page.goto(`${NEXT}/chinh-sach`);
  await axe(page, 'the policy');
  await page.getByRole('navigation', { name: 'Các phần của quy định' }).getByRole('link', { name: 'Lãnh đạo cho điểm' }).click();
  holds(await page.locator('h2#policy-leaders').evaluate((h) => h.getBoundingClientRect().top < innerHeight), 'the part that was chosen in sight');
  await shoot(play, page, 'policy');
  await refused(page, formTo(page, '/chinh-sach'), { 'leaders.step': '0,3', 'classes.quota_percent': '120' });
  equal(await page.locator('[name="leaders.step"]').inputValue(), '0,3', 'what was typed');
  await axe(page, 'a policy that was refused');
  await shoot(play, page, 'policy-wrong');
  await send(page, formTo(page, '/chinh-sach'), { 'leaders.step': '0,5', 'classes.quota_percent': '20' });
  await status(page, 'Đã lưu quy định').waitFor();
  equal(await page.locator('[name="leaders.step"]').inputValue(), '0,5', 'what was saved');
}

async function units(play, page) {
  const { books } = play.given;
  await page.goto(`${NEXT}/don-vi`);
  await axe(page, 'the units');
  await shoot(play, page, 'units');
  const sample = await page.request.get('/quan-tri/mau/don-vi.xlsx');
  equal((await sample.body()).subarray(0, 2).toString(), 'PK', 'the sample');
  await refused(page, formTo(page, '/tep'), {});
  await refused(page, formTo(page, '/tep'), { tep: books['units faulty'] });
  await page.getByText('Loại hình “commune” không có ở trang').waitFor();
  await axe(page, 'units with faults');
  await shoot(play, page, 'units-faulty');
  // Looked at without leaving the page, the file stays chosen.
  await fill(formTo(page, '/tep'), { tep: books.units });
  await page.getByRole('button', { name: 'Xem trước thay đổi' }).click();
  await page.getByText('Sở Nội vụ → Sở Nội vụ và Tôn giáo').waitFor();
  await axe(page, 'what a workbook would change');
  await shoot(play, page, 'units-looked');
  await send(page, formTo(page, '/tep'), {}, { name: 'Nhập', exact: true });
  await status(page, 'Đã nhập').waitFor();
  await page.getByRole('cell', { name: 'Sở Nội vụ và Tôn giáo' }).waitFor();
}

async function indexSet(play, page) {
  const { books } = play.given;
  await page.goto(`${NEXT}/bo-chi-so`);
  await axe(page, 'the index sets');
  await shoot(play, page, 'index-sets');
  await page.getByRole('link', { name: 'Sở, ban, ngành' }).click();
  await refused(page, formTo(page, '/tep'), { tep: books['index set faulty'] });
  await axe(page, 'an index set with faults');
  await shoot(play, page, 'index-set-faulty');
  await send(page, formTo(page, '/tep'), { tep: books['index set'] }, { name: 'Nhập', exact: true });
  await status(page, 'Đã nhập').waitFor();
}

async function council(play, page) {
  await page.goto(`${NEXT}/hoi-dong`);
  const form = formTo(page, '/hoi-dong');
  await form.locator('[name="bo-0"]').check();
  await send(page, form);
  await page.getByText('Cần cơ quan thay thế').waitFor();
  await axe(page, 'a council that would appraise itself');
  await shoot(play, page, 'council');
  await page.goto(`${NEXT}/mo`);
  await page.getByText('không được thẩm định chính mình').waitFor();
  equal(await page.getByRole('button', { name: 'Mở đợt' }).count(), 0, 'a way to open it all the same');
  await axe(page, 'a cycle that cannot be opened');
  await shoot(play, page, 'cannot-open');
  await page.getByRole('link', { name: 'Hội đồng thẩm định' }).click();
  const row = page.locator('fieldset.row-of-fields').filter({ hasText: 'gợi ý' });
  await row.getByLabel('Cơ quan thay', { exact: true }).selectOption('STC');
  await send(page, formTo(page, '/hoi-dong'));
  await status(page, 'Đã lưu Hội đồng').waitFor();
  equal(await page.getByText('Cần cơ quan thay thế').count(), 0, 'who appraises itself');
}

async function open(play, page) {
  await page.goto(`${NEXT}/mo`);
  await axe(page, 'a cycle that can be opened');
  await shoot(play, page, 'can-open');
  await Promise.all([page.waitForURL((url) => url.pathname === NEXT), page.getByRole('button', { name: 'Mở đợt' }).click()]);
  await status(page, 'Đợt đã mở').waitFor();
  await axe(page, 'an open cycle');
  await shoot(play, page, 'open');
  await walk(page, 'an open cycle');
  // Each way from here leads to a page.
  for (const link of await page.locator('ul.links a').all()) {
    const answer = await page.request.get(await link.getAttribute('href'));
    equal(answer.status(), 200, `the page of ${await link.innerText()}`);
  }
  await page.goto(`${NEXT}/lich`);
  await page.getByText('phần này chỉ xem được').waitFor();
  equal(await page.getByRole('button', { name: 'Lưu' }).count(), 0, 'a way to change it');
  await axe(page, 'the calendar of an open cycle');
  await shoot(play, page, 'calendar-open');
}

async function extend(play, page) {
  await page.goto(NEXT);
  const form = () => formTo(page, '/gia-han');
  await refused(page, form(), { 'cua-so': 'SELF_SCORING', 'don-vi': 'VT', han: '13/12/2023', 'ly-do': 'Mất điện', 'van-ban': '125/UBND-NC' });
  equal(await form().locator('[name="ly-do"]').inputValue(), 'Mất điện', 'what was typed');
  await axe(page, 'an extension that was refused');
  await shoot(play, page, 'extend-refused');
  await send(page, form(), { han: '17/12/2023' });
  await page.getByText('UBND thành phố Việt Trì: đến 17/12/2023 24:00').waitFor();
  await shoot(play, page, 'extended');
}

async function notApplicable(play, page) {
  await page.goto(`${NEXT}/khong-danh-gia`);
  await page.getByLabel('Đơn vị').selectOption('VT');
  await page.getByRole('button', { name: 'Lọc' }).click();
  await send(page, formTo(page, '/khong-danh-gia'), { 'tieu-chi': 'II.2', 'ly-do': 'Không có thủ tục này' });
  await status(page, 'Đã đánh dấu').waitFor();
  await axe(page, 'a criterion that does not apply');
  await shoot(play, page, 'not-applicable');
  const form = () => formTo(page, '/khong-danh-gia/bo');
  await refused(page, form(), { 'bo-tieu-chi': 'II.2' });
  await axe(page, 'a mark that stays without a reason');
  await send(page, form(), { 'bo-ly-do': 'Đánh dấu nhầm đơn vị' });
  await status(page, 'Đã bỏ đánh dấu').waitFor();
  equal(await form().count(), 0, 'a mark to take off');
  await axe(page, 'a mark that was taken off');
}

// Reads everything of the set-up, and has nothing to press.
async function auditor(play) {
  const page = await play.person('auditor');
  await page.getByRole('link', { name: 'Quản trị', exact: true }).click();
  const { cycle } = play.given;
  await page.getByRole('link', { name: cycle, exact: true }).click();
  await page.waitForURL(`**/quan-tri/${cycle}`);
  await axe(page, 'a cycle to an auditor');
  await shoot(play, page, 'auditor');
  for (const part of ['Lịch', 'Quy định của đợt', 'Loại hình và đơn vị', 'Bộ chỉ số', 'Hội đồng thẩm định']) {
    await page.getByRole('link', { name: new RegExp(`^\\d\\. ${part}`) }).click();
    await page.locator('h1').getByText(part).waitFor();
    equal(await page.locator('main form[method=post]').count(), 0, `what an auditor sends of ${part}`);
    await axe(page, `${part} to an auditor`);
    await page.goto(`/quan-tri/${cycle}`);
  }
}

async function people(play, page) {
  await page.goto('/quan-tri/tai-khoan');
  await axe(page, 'the accounts');
  await shoot(play, page, 'people');
  await page.getByRole('link', { name: 'Thêm người' }).click();
  const form = formTo(page, '/moi');
  await refused(page, form, { 'ho-ten': 'Lê Thị Đào', 'dang-nhap': 'dao.vt', password: 'ngắn', 'vai-tro': 'can-bo', dot: '2023' });
  await axe(page, 'somebody who was refused');
  await shoot(play, page, 'person-refused');
  await send(page, formTo(page, '/moi'), { password: play.given.password, 'don-vi': 'VT' });
  await status(page, 'Đã tạo tài khoản').waitFor();
  await axe(page, 'an account');
  await shoot(play, page, 'person');
  await walk(page, 'an account');
  const theirs = await play.visitor();
  await enter(theirs, 'dao.vt', play.given.password);
  await theirs.waitForURL('**/viec-cua-toi');
  await theirs.locator('main').getByText('2023').first().waitFor();
  await page.goto('/quan-tri/tai-khoan?tim=dao');
  equal(await page.locator('tbody tr').count(), 1, 'who is found without marks');
  await page.goto('/quan-tri/tai-khoan/moi');
  await send(page, formTo(page, '/moi'), { 'ho-ten': 'Cổng thông tin tỉnh', 'dang-nhap': 'cong-tttt', 'vai-tro': 'khai-thac' });
  await send(page, formTo(page, '/ma'), { nhan: 'Trang chủ' });
  holds((await page.locator('code.secret').innerText()).startsWith('chiso_'), 'the token');
  await axe(page, 'a token that is shown once');
  await shoot(play, page, 'token');
}

async function external(play) {
  play.clock.set('2022-12-21T08:00:00+07:00');
  const page = await play.person('organiser');
  await page.goto(`/quan-tri/${play.given.cycle}/chi-so-khac`);
  await axe(page, 'external indices');
  await shoot(play, page, 'external');
  const { books } = play.given;
  const form = () => formTo(page, '/tep');
  await refused(page, form(), { 'van-ban-II.3': '456/QĐ-UBND ngày 20/12/2022', 'tep-II.3': books['external faulty'] });
  await page.getByText('Thiếu đơn vị “VT”').waitFor();
  await axe(page, 'an external index with faults');
  await shoot(play, page, 'external-faulty');
  await send(page, form(), { 'tep-II.3': books.external });
  await status(page, 'Đã nhập điểm').waitFor();
}

async function withoutScripts(play) {
  const page = await play.person('organiser', { scripts: false, width: 360, height: 740 });
  await page.goto('/quan-tri');
  await formTo(page, '/sao-chep').locator('[name="ma-moi"]').fill('2024');
  await formTo(page, '/sao-chep').getByRole('button').click();
  await status(page, 'Đã tạo đợt từ bản sao').waitFor();
  await page.goto('/quan-tri/2024/don-vi');
  await page.locator('[name="tep"]').setInputFiles(play.given.books.units);
  await page.getByRole('button', { name: 'Xem trước thay đổi' }).click();
  // Without scripts the checks of the page itself cannot run either.
  await page.getByText('Không có gì khác hiện có').waitFor();
}

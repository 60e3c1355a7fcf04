// Scores, both rounds, penalties, an index from elsewhere, the leaders, publication, through pages.
import { equal } from '../lib/check.mjs';
import { formTo, send } from '../lib/forms.mjs';

const UNITS = ['SNV', 'STC', 'VT', 'DH'];
// What the units enter; as tests/src/council.rs has it.
const ENTERED = {
  SNV: { done: '100', tier: /^2 hình thức/, late: 0, added: 2 },
  STC: { done: '80', tier: /^1 hình thức/, late: 2, added: 0 },
  VT: { done: '100', tier: /^2 hình thức/, late: 1, added: 3 },
  DH: { done: '70', tier: /^không/, late: 40, added: 0 },
};
const SAVED = /Đã lưu lúc \d\d:\d\d/;
const WORDS = 'Số liệu đến ngày tự chấm';

export async function score(play) {
  play.clock.set('2022-12-10T08:00:00+07:00');
  for (const unit of UNITS) {
    const page = await play.person(`officer ${unit}`);
    const { done, tier, late, added } = ENTERED[unit];
    const leaves = [
      ['I.1', (form) => form.locator(`[name=reached][value="${unit === 'DH' ? 0 : 1}"]`).check()],
      ['I.2', async (form) => {
        await form.locator('[name=planned]').fill('100');
        await form.locator('[name=achieved]').fill(done);
      }],
      ['II.1', (form) => form.getByLabel(tier).check()],
      ['II.2', (form) => form.locator('[name=count]').fill(String(late))],
      ['IV.1', (form) => form.locator('[name=count]').fill(String(added))],
    ];
    for (const [criterion, enter] of leaves) {
      await page.goto(`/tu-cham/${play.given.cycle}/${unit}/${criterion}`);
      await enter(page.locator('#tu-cham'));
      await page.locator('#tu-cham [name=explanation]').fill(WORDS);
      await page.locator('#tu-cham [data-save-line]').filter({ hasText: SAVED }).waitFor();
      await link(page, unit, criterion);
    }
    await page.context().close();
    // Of DH the window's end sends what stands there.
    if (unit !== 'DH') await handIn(play, unit);
  }
}

async function link(page, unit, criterion) {
  const values = { link_url: `https://example.vn/${unit}/${criterion}`, link_document: 'Báo cáo số 12/BC' };
  await send(page, formTo(page, '/lien-ket'), values);
}

async function handIn(play, unit) {
  const page = await play.person(`head ${unit}`);
  await page.goto(`/tu-cham/${play.given.cycle}/${unit}/gui`);
  await send(page, formTo(page, '/gui'));
  await page.context().close();
}

// All agree, but for what is decided otherwise: [unit, criterion, fields].
export async function round(play, number, instant, otherwise) {
  play.clock.set(instant);
  const list = `/tham-dinh/${play.given.cycle}`;
  for (const agency of ['SNV', 'STC']) {
    const page = await play.person(`appraiser ${agency}`);
    for (let left = 0; left < 40; left += 1) {
      await page.goto(`${list}?lan=${number}&theo=don-vi`);
      if (await page.getByText('Đã thẩm định tất cả').count()) break;
      await page.locator('.task').filter({ hasNotText: 'còn 0 ' }).locator('a').first().click();
      await page.locator('.task').filter({ hasText: /Chưa thẩm định|đã sửa/ }).locator('a').first().click();
      await page.waitForURL(/\/tham-dinh\/\d+\/[IV]+\.\d+\/[A-Z]+\?/);
      const [criterion, unit] = new URL(page.url()).pathname.split('/').slice(-2);
      const other = otherwise.find(([one, leaf]) => one === unit && leaf === criterion);
      await decide(page, other?.[2] ?? { which: 'Đồng ý với kết quả tự chấm điểm' });
    }
    await page.getByText('Đã thẩm định tất cả').waitFor();
    await page.context().close();
  }
}

async function decide(page, { which, fields = {} }) {
  await page.getByLabel(which, { exact: true }).check();
  for (const [name, value] of Object.entries(fields)) await page.locator(`main [name=${name}]`).fill(value);
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await page.getByText(/Đã lưu lúc/).waitFor();
}

export async function closeRound(play, number, instant) {
  play.clock.set(instant);
  const page = await play.person('organiser');
  await page.goto(`/quan-tri/${play.given.cycle}/vong`);
  await page.getByRole('button', { name: `Chốt thẩm định lần ${number}` }).click();
  await page.getByText(`Thẩm định lần ${number} đã chốt lúc`).waitFor();
}

export async function propose(play) {
  const page = await play.person('appraiser STC');
  await page.goto(`/tham-dinh/${play.given.cycle}/diem-tru`);
  await page.locator('[name=don-vi]').selectOption({ label: 'UBND thành phố Việt Trì' });
  await page.getByRole('button', { name: 'Chọn', exact: true }).click();
  await page.getByLabel(/Tham nhũng/).check();
  await page.locator('[name=count]').fill('1');
  await page.locator('[name=document]').fill('Bản án số 7/2022/HS-ST');
  await page.locator('[name=reason]').fill('Một vụ tham nhũng');
  await page.getByRole('button', { name: 'Đề xuất', exact: true }).click();
  await page.getByText('Bản án số 7/2022/HS-ST').waitFor();
}

export async function explain(play) {
  play.clock.set('2022-12-20T08:00:00+07:00');
  const page = await play.person('officer VT');
  for (const criterion of ['I.1', 'I.2']) {
    await page.goto(`/tu-cham/${play.given.cycle}/VT/${criterion}`);
    if (criterion === 'I.1') await link(page, 'VT', 'bo-sung');
    await page.getByLabel('Nội dung giải trình').fill('Đề nghị giữ điểm tự chấm');
    await page.locator('#giai-trinh [data-save-line]').filter({ hasText: SAVED }).waitFor();
  }
}

export async function judge(play) {
  const page = await play.person('chair');
  await page.goto(`/tham-dinh/${play.given.cycle}/diem-tru`);
  await page.getByLabel('Trừ điểm', { exact: true }).check();
  await page.getByLabel('Ý kiến quyết định').fill('Đủ căn cứ');
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.getByText('Đã quyết định trừ').waitFor();
}

export async function external(play, books) {
  const page = await play.person('organiser');
  await page.goto(`/quan-tri/${play.given.cycle}/chi-so-khac`);
  await send(page, formTo(page, '/II.3/tep'), { 'van-ban-II.3': 'Quyết định số 519/QĐ-UBND', 'tep-II.3': books.external });
}

export async function namePanel(play) {
  const page = await play.person('organiser');
  await page.goto(`/quan-tri/${play.given.cycle}/lanh-dao`);
  const form = formTo(page, '/lanh-dao/danh-sach');
  await form.evaluate((element) => element.closest('details')?.setAttribute('open', ''));
  for (const [login, office] of [['phochutich', 'pho-chu-tich'], ['chutich', 'chu-tich']]) {
    const person = form.locator('fieldset.leader').filter({ has: page.getByText(login, { exact: true }) });
    await person.locator('select').selectOption(office);
  }
  await send(page, form);
}

export async function mark(play) {
  play.clock.set('2022-12-26T08:00:00+07:00');
  const marks = { 'leader 1': ['4,00', '3,00', '3,50', '1,00'], 'leader 2': ['4,00', '3,00', '3,00', '1,00'] };
  for (const [kind, values] of Object.entries(marks)) {
    const page = await play.person(kind);
    for (const [number, unit] of UNITS.entries()) {
      await page.goto(`/cho-diem/${play.given.cycle}/${number < 2 ? 'department' : 'district'}`);
      await page.locator(`#don-vi-${unit}`).getByRole('button', { name: values[number], exact: true }).click();
      await page.locator('[data-save-line]').filter({ hasText: SAVED }).waitFor();
    }
    await page.goto(`/cho-diem/${play.given.cycle}/gui`);
    await page.getByRole('button', { name: 'Gửi phiếu' }).click();
    await page.getByText(/số biên nhận [0-9a-f]{12}/).waitFor();
    await page.context().close();
  }
}

export async function publish(play) {
  play.clock.set('2022-12-28T00:00:00+07:00');
  const page = await play.person('organiser');
  await page.goto(`/quan-tri/${play.given.cycle}/lanh-dao`);
  await send(page, formTo(page, '/lanh-dao/chot'));
  await page.goto(`/quan-tri/${play.given.cycle}/xep-loai/cong-bo`);
  await send(page, formTo(page, '/cong-bo'), { 'van-ban': 'Quyết định số 3500/QĐ-UBND' });
  const reader = await play.visitor({ scripts: false });
  await reader.goto('/');
  equal(new URL(reader.url()).pathname, `/xep-hang/${play.given.cycle}/department`, 'what everyone reads first');
}

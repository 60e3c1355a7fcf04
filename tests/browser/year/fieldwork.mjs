// The survey and its recheck through pages: set up, given out, asked, closed, drawn, called again, concluded.
import { holds } from '../lib/check.mjs';
import { formTo, send } from '../lib/forms.mjs';

// What the four deputies say of Q1, by unit; as tests/src/fieldwork.rs has it.
const ANSWERS = { SNV: '5555', STC: '4444', VT: '5533', DH: '1212' };
const NAMES = { SNV: 'Sở Nội vụ', STC: 'Sở Tài chính', VT: 'Việt Trì', DH: 'Đoan Hùng' };
const said = (unit, deputy) => ANSWERS[unit][deputy - 1];
const deputyOf = (text) => Number(/Đại biểu (\d)/.exec(text)[1]);

export async function setUp(play, books) {
  const page = await play.person('organiser');
  const path = `/quan-tri/${play.given.cycle}/khao-sat`;
  await page.goto(path);
  await send(page, formTo(page, '/khao-sat/tao'), { ten: 'Khảo sát 2022' });
  await page.goto(path);
  await send(page, formTo(page, '/mau-phieu/tep'), { 'nhom-phieu': 'HDND', tep: books.questionnaire });
  await page.goto(path);
  await send(page, formTo(page, '/chi-tieu'), { 'don-vi': '*', 'so-phieu-HDND': '4' });
}

// The list names the interviewer, so the visits are given out with it.
export async function giveOut(play, books) {
  const page = await play.person('supervisor');
  await page.goto(`/khao-sat/${play.given.cycle}/bang-ke`);
  await send(page, formTo(page, '/bang-ke/tep'), { tep: books.frame });
  await page.getByText('Đã nhập 4 người').waitFor();
}

export async function ask(play) {
  play.clock.set('2022-11-20T08:00:00+07:00');
  const page = await play.person('interviewer');
  const list = `/khao-sat/${play.given.cycle}`;
  for (let number = 0; number < 16; number += 1) {
    await page.goto(list);
    const visit = page.locator('main a[href*="/hoi/"]').first();
    const unit = (await visit.getAttribute('href')).split('/').at(-2);
    await visit.click();
    const deputy = deputyOf(await page.locator('main').innerText());
    await send(page, page.locator('main form').first(), { 'dong-y': 'co' });
    play.clock.forward(600);
    const form = page.locator('form[data-autosave]');
    await form.locator(`[name=cau-Q1][value="${said(unit, deputy)}"]`).check();
    const checked = page.waitForURL('**/hoan-thanh');
    await form.locator('[data-next]').click();
    await checked;
    await send(page, formTo(page, '/hoan-thanh'), { 'truc-tiep': 'co' }, { name: 'Hoàn thành phiếu', exact: true });
    await page.getByText('Đã gửi lúc').first().waitFor();
  }
  await page.goto(list);
  holds((await page.locator('main').innerText()).includes('16/16'), 'all are asked');
}

export async function close(play) {
  play.clock.set('2022-12-01T00:00:00+07:00');
  const page = await play.person('organiser');
  await page.goto(`/quan-tri/${play.given.cycle}/khao-sat`);
  await send(page, formTo(page, '/ket-thuc'));
}

export async function draw(play) {
  play.clock.set('2022-12-02T08:00:00+07:00');
  const page = await play.person('organiser');
  await page.goto(`/phuc-tra/${play.given.cycle}`);
  await send(page, formTo(page, '/dong-lo'));
  const lot = page.locator('main a[href*="/lo/"]');
  if (await lot.count()) await lot.first().click();
  await page.waitForURL('**/lo/**');
  const seed = { 'day-so': '31415926535897932384', 'buoi-gieo': 'Gieo xúc xắc tại Sở Nội vụ' };
  await send(page, formTo(page, '/nhap-so'), seed);
  await send(page, formTo(page, '/giao-viec'), { nguoi: play.given.people.verifier.id });
  return new URL(page.url()).pathname;
}

// A verifier knows no first answer; here the respondent says the same again.
export async function callAgain(play) {
  const page = await play.person('verifier');
  const queue = `/phuc-tra/${play.given.cycle}/viec`;
  for (let number = 0; number < 4; number += 1) {
    await page.goto(queue);
    await send(page, formTo(page, '/tiep'));
    // Once the number is shown, the page says what to greet with, and there another agency is named.
    const about = (await page.locator('main').innerText()).split('\n').find((line) => line.includes('lần liên hệ'));
    const unit = Object.keys(NAMES).find((code) => about.includes(NAMES[code]));
    await page.getByRole('button', { name: 'Hiện số và gọi' }).click();
    const deputy = deputyOf(await page.locator('main .contact').innerText());
    const values = { 'ket-qua': 'tra-loi', 'cau-Q1': said(unit, deputy) };
    await send(page, formTo(page, '/ket-qua'), values, { name: 'Ghi kết quả' });
  }
  await page.goto(queue);
  await page.getByText('4 · xong 4 · khớp 4 · bị loại 0').waitFor();
}

export async function conclude(play, lot) {
  const page = await play.person('organiser');
  await page.goto(lot);
  await send(page, formTo(page, '/ket-thuc'));
}

// Home Affairs sets the year up, from a system without a cycle to one that is open, through pages.
import { equal } from '../lib/check.mjs';
import { fill, formTo, send } from '../lib/forms.mjs';

// The windows, with their first and last days; as tests/src/year.rs has them.
const WINDOWS = {
  SURVEY: ['15/10', '30/11'],
  RECHECK: ['01/11', '09/12'],
  SELF_SCORING: ['01/12', '14/12'],
  APPRAISAL_1: ['15/12', '18/12'],
  EXPLANATION: ['19/12', '21/12'],
  APPRAISAL_2: ['22/12', '25/12'],
  EXTERNAL_INDEX: ['20/12', '27/12'],
  LEADERS: ['26/12', '27/12'],
};
// The two agencies of the council; each stands in for the other on its own unit.
const INSTEAD = { SNV: 'STC', STC: 'SNV' };
const IMPORT = { name: 'Nhập', exact: true };

export async function open(play, books) {
  const page = await play.person('organiser');
  const cycle = `/quan-tri/${play.given.cycle}`;
  await page.goto('/quan-tri');
  await send(page, formTo(page, '/tao'), {
    ma: play.given.cycle,
    tinh: 'Phú Thọ',
    'can-cu': 'Quyết định số 2419/QĐ-UBND ngày 15/9/2022',
  });
  equal(new URL(page.url()).pathname, cycle, 'where the new cycle is');
  await page.goto(`${cycle}/lich`);
  const days = Object.entries(WINDOWS).flatMap(([name, [first, last]]) =>
    [[`tu-${name}`, `${first}/2022`], [`den-${name}`, `${last}/2022`]]);
  await send(page, formTo(page, '/lich'), Object.fromEntries(days));
  await page.goto(`${cycle}/chinh-sach`);
  // Interviewers are judged by share only where that is meant.
  await send(page, formTo(page, '/chinh-sach'), { 'recheck.interviewer_void_percent': '100' });
  await page.goto(`${cycle}/don-vi`);
  await send(page, formTo(page, '/tep'), { tep: books['units of the year'] }, IMPORT);
  for (const kind of ['department', 'district']) {
    await page.goto(`${cycle}/bo-chi-so/${kind}`);
    await send(page, formTo(page, '/tep'), { tep: books['index set'] }, IMPORT);
  }
  await council(page, cycle);
  await page.goto(`${cycle}/mo`);
  await send(page, formTo(page, '/mo'));
  equal(new URL(page.url()).pathname, cycle, 'the open cycle');
  await page.context().close();
}

// Once the agencies are named the page proposes who needs another one; whom is chosen.
async function council(page, cycle) {
  await page.goto(`${cycle}/hoi-dong`);
  for (const agency of Object.keys(INSTEAD)) {
    await formTo(page, '/hoi-dong').locator(`[name="co-quan"][value="${agency}"]`).check();
  }
  await send(page, formTo(page, '/hoi-dong'));
  const form = formTo(page, '/hoi-dong');
  const rows = form.locator('fieldset.row-of-fields').filter({ hasText: 'gợi ý' });
  equal(await rows.count(), 2, 'who would appraise itself');
  const chosen = {};
  for (const row of await rows.all()) {
    const agency = await row.locator('[name^="thay-cua-"]').inputValue();
    chosen[await row.locator('[name^="nguoi-thay-"]').getAttribute('name')] = INSTEAD[agency];
  }
  await fill(form, chosen);
  await send(page, form);
  equal(await page.getByText('Cần cơ quan thay thế').count(), 0, 'who still appraises itself');
}

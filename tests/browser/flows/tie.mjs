// A tie at the edge of the quota: the council's chair decides it, Home Affairs publishes it, and everybody reads it.
import { axe } from '../lib/axe.mjs';
import { equal } from '../lib/check.mjs';
import { formTo, send } from '../lib/forms.mjs';
import { press, write } from '../lib/keyboard.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const DOCUMENT = '05/BB-HĐTĐ ngày 28/12/2022';

const boxes = (page) => page.locator('[name="chosen-department"]');
const box = (page, unit) => page.locator(`[name="chosen-department"][value="${unit}"]`);
const decide = (page) => page.locator('main form').filter({ has: boxes(page) }).locator('button[type=submit]');

export default async function tie(play) {
  const page = await play.person('chair');
  await play.step('from the first page to the tie', () => open(play, page));
  await play.step('decided', () => decided(play, page));
  await play.step('published', () => published(play));
}

async function open(play, page) {
  const address = `/tham-dinh/${play.given.cycle}/dong-diem`;
  await page.locator(`main a[href="${address}"]`).first().click();
  await page.waitForURL(`**${address}`);
  equal(await boxes(page).count(), 2, 'departments that are tied');
  equal(await page.locator('main input:checked').count(), 0, 'what is chosen beforehand');
  await axe(page, 'ties');
  await shoot(play, page, 'open');
  await walk(page, 'ties');
}

async function decided(play, page) {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await box(page, 'STC').check();
  await decide(page).click();
  await page.locator('.summary').waitFor();
  equal(await box(page, 'STC').isChecked(), true, 'what was chosen');
  await axe(page, 'a decision without its document');
  await shoot(play, page, 'refused');
  await write(page, page.locator('[name="document-department"]'), DOCUMENT);
  await press(page, decide(page));
  await page.waitForURL('**#da-quyet-dinh');
  await page.getByText(DOCUMENT).first().waitFor();
  equal(await boxes(page).first().isVisible(), false, 'a form where nothing waits');
  await axe(page, 'a decision');
  await shoot(play, page, 'decided');
  await corrected(play, other);
}

// What was decided in another window is looked at before it is replaced, and what was decided can be corrected.
async function corrected(play, page) {
  await box(page, 'SNV').check();
  await page.locator('[name="document-department"]').fill('06/BB-HĐTĐ');
  await decide(page).click();
  await page.locator('.summary').getByText(DOCUMENT).waitFor();
  equal(await box(page, 'SNV').isChecked(), true, 'what was chosen in the other window');
  await axe(page, 'a decision that was made elsewhere');
  await shoot(play, page, 'clash');
  await decide(page).click();
  await page.waitForURL('**#da-quyet-dinh');
  await page.getByText('Sửa quyết định này').click();
  equal(await box(page, 'SNV').isChecked(), true, 'what is recorded');
  await box(page, 'SNV').uncheck();
  await box(page, 'STC').check();
  await page.locator('[name="document-department"]').fill(DOCUMENT);
  await decide(page).click();
  await page.getByText('06/BB-HĐTĐ').waitFor({ state: 'detached' });
  await page.close();
}

async function published(play) {
  const page = await play.person('organiser');
  const { cycle } = play.given;
  await page.goto(`/quan-tri/${cycle}/xep-loai/cong-bo`);
  await send(page, formTo(page, '/cong-bo'), { 'van-ban': '3500/QĐ-UBND ngày 30/12/2022' });
  const reader = await play.visitor({ scripts: false });
  for (const [unit, klass] of [['STC', 'Hoàn thành xuất sắc nhiệm vụ'], ['SNV', 'Hoàn thành tốt nhiệm vụ']]) {
    await reader.goto(`/xep-hang/${cycle}/department/${unit}`);
    await reader.getByText(klass).first().waitFor();
  }
  await reader.getByText(DOCUMENT).first().waitFor();
  await axe(page, 'what was published');
}

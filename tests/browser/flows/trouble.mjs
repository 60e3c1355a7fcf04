// What goes wrong for no fault of the person: a service that does not answer, a form of another site, an address that
// only takes forms. Each page says what to do, nothing typed is lost, and what is sent again counts once.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { fill, formTo } from '../lib/forms.mjs';
import { serve } from '../lib/page.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const LIST = '/tu-cham/2022/SNV';
const LEAF = `${LIST}/I.1`;
// It is not there, or it is and says nothing.
const AWAY = [503, 504];
const WORDS = 'Kế hoạch được duyệt ngày 15/01/2022';

export default async function trouble(play) {
  const page = await play.person('officer SNV');
  const plain = await play.person('officer SNV', { scripts: false });
  await play.step('a form of another site', () => foreign(play, page));
  await play.step('an address that only takes forms', () => wrongWay(play, page));
  await play.step('addresses that there are not', () => nowhere(play, page));
  await plain.goto(LEAF);
  await plain.getByLabel('Đạt', { exact: true }).check();
  await plain.getByLabel('Giải trình điểm tự chấm').fill(WORDS);
  const linking = await page.context().newPage();
  await linking.goto(LEAF);
  await fill(formTo(linking, '/lien-ket'), { link_url: 'https://example.vn/a', link_document: 'Báo cáo số 12/BC' });
  const ledger = play.given.processes.filter(({ only }) => only === 'ledger');
  holds(ledger.length > 0, 'the ledger is in processes of its own');
  // What the flow does on purpose.
  play.expects(/^50[34] \/tu-cham/);
  play.expects(/status of 50[34]/);
  const tell = (signal) => ledger.forEach(({ pid }) => process.kill(pid, signal));
  tell('SIGSTOP');
  const tabs = await play
    .step('a service does not answer', () => away(play, page, plain, linking))
    .finally(() => tell('SIGCONT'));
  await play.step('it answers again', () => back(plain, linking, tabs));
}

async function foreign(play, page) {
  const action = play.url('/tai-khoan/thu-dien-tu');
  const site = await serve({
    '/': `<!doctype html><title>x</title><link rel="icon" href="data:,">
      <form method="post" action="${action}"><input name="email" value="a@b.vn"><button>x</button></form>`,
  });
  try {
    await page.goto(site.base);
    const answered = page.waitForResponse(action);
    await page.getByRole('button').click();
    equal((await answered).status(), 403, 'a form of another site');
    await page.getByText('không được gửi từ trang của hệ thống').waitFor();
    await look(play, page, 'foreign');
  } finally {
    site.close();
  }
  await page.goto('/tai-khoan');
  equal(await page.getByLabel('Thư điện tử').inputValue(), '', 'nothing was done');
}

async function wrongWay(play, page) {
  const answer = await page.goto('/dang-xuat');
  equal(answer.status(), 405, 'an address that only takes forms');
  await look(play, page, 'wrong-way');
}

// Addresses that nobody made, and a page of somebody else: whoever is signed in stays so, and is led on.
async function nowhere(play, page) {
  const ways = [['/khong-co-trang-nay', 'unknown'], ['/tu-cham/2022/VT', 'of-others'], ['/xep-hang/1999', 'no-year']];
  for (const [path, name] of ways) {
    const answer = await page.goto(path);
    equal(answer.status(), 404, path);
    await page.getByRole('link', { name: 'Về trang “Việc của tôi”' }).waitFor();
    equal(await page.getByRole('link', { name: 'Đăng nhập' }).count(), 0, `${path}: a way to sign in again`);
    equal(await page.getByText('openapi').count(), 0, `${path}: addresses of programs`);
    await look(play, page, name);
  }
}

// Whatever went wrong, something leads on.
async function look(play, page, name) {
  await axe(page, name);
  await shoot(play, page, name);
  await walk(page, name);
  holds((await page.locator('main a, main button').count()) > 0, `${name}: nothing leads on`);
}

// All at once: each waits as long as the gateway does.
async function away(play, page, plain, linking) {
  const context = page.context();
  const paths = [LIST, `${LIST}/bao-cao`, `${LIST}?lang=en`];
  const opened = paths.map(async (path) => {
    const tab = await context.newPage();
    return { path, tab, answer: await tab.goto(path) };
  });
  const home = page.goto('/viec-cua-toi');
  const sent = [plain, linking].map((one) => posted(one));
  await plain.locator('#tu-cham button[type=submit]').first().click();
  await formTo(linking, '/lien-ket').locator('button[type=submit]').first().click();
  const tabs = await Promise.all(opened);
  for (const { path, tab, answer } of tabs) {
    holds(AWAY.includes(answer.status()), `${path}: ${answer.status()}`);
    await look(play, tab, `away-${paths.indexOf(path) + 1}`);
  }
  equal((await home).status(), 200, 'the first page goes on');
  await page.getByText('Chưa tải được').first().waitFor();
  await look(play, page, 'home');
  for (const answer of await Promise.all(sent)) holds(AWAY.includes(answer.status()), `what was sent: ${answer.status()}`);
  await plain.getByText(WORDS).waitFor();
  await linking.getByText('Báo cáo số 12/BC').waitFor();
  await look(play, linking, 'sent');
  return tabs;
}

const posted = (page) => page.waitForResponse((response) => response.request().method() === 'POST');

async function back(plain, linking, tabs) {
  const { tab } = tabs[0];
  await tab.getByRole('link', { name: 'Mở lại trang này' }).click();
  await tab.locator('.task').first().waitFor();
  const again = (one) =>
    Promise.all([one.waitForEvent('load'), one.getByRole('button', { name: 'Gửi lại' }).click()]);
  await again(plain);
  await plain.goto(LEAF);
  equal(await plain.getByLabel('Giải trình điểm tự chấm').inputValue(), WORDS, 'what was sent again');
  // Whether or not the ledger took it the first time, it counts once.
  await again(linking);
  equal(await linking.locator('#tai-lieu a[href="https://example.vn/a"]').count(), 1, 'the link that was added');
}

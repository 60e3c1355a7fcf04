// Somebody of the public: the ranking without a script, each unit, each criterion down to its sources, in Vietnamese
// and English, as a page and as files; light enough for a slow line.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { press } from '../lib/keyboard.mjs';
import { weigh } from '../lib/net.mjs';
import { fits, shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const HEAVIEST = 100_000;

export default async function reader(play) {
  const ranking = `/xep-hang/${play.given.cycle}/department`;
  const page = await play.visitor();
  await play.step('from the front page to the ranking', () => front(play, page, ranking));
  await play.step('a unit', () => unit(play, page, ranking));
  await play.step('a criterion', () => criterion(play, page));
  await play.step('sorted, in English, at 400 %, in forced colours', () => ways(play, ranking));
  await play.step('files', () => files(play, page, ranking));
  await play.step('weight', () => weight(play, ranking));
  await play.step('what there is not', () => missing(play, page, ranking));
  await play.step('by machine', () => machine(play, page));
}

async function front(play, page, ranking) {
  await page.goto('/');
  equal(new URL(page.url()).pathname, ranking, 'where the front page leads');
  equal(await page.locator('script').count(), 0, 'scripts on a public page');
  const names = await page.locator('tbody tr').allInnerTexts();
  equal(names.length, 2, 'the departments');
  holds(names[0].includes('Sở Nội vụ') && names[0].includes('93,80'), `the first: ${names[0]}`);
  await axe(page, 'the ranking');
  await shoot(play, page, 'ranking');
  await walk(page, 'the ranking');
  await press(page, page.getByRole('link', { name: /UBND huyện, thành, thị/ }));
  await page.waitForURL('**/district');
  holds((await page.locator('tbody').innerText()).includes('Việt Trì'), 'the districts');
}

async function unit(play, page, ranking) {
  await page.goto(ranking);
  await press(page, page.locator('tbody').getByRole('link', { name: 'Sở Tài chính' }));
  await page.waitForURL('**/STC');
  equal(new URL(page.url()).pathname, `${ranking}/STC`, 'where the unit is');
  holds((await page.locator('h1').innerText()).includes('Sở Tài chính'), 'the heading');
  await axe(page, 'a unit');
  await shoot(play, page, 'unit');
  await walk(page, 'a unit');
}

async function criterion(play, page) {
  await page.locator('main').getByRole('link', { name: /^V\.1|Chất lượng tham mưu/ }).first().click();
  holds(page.url().endsWith('/V.1'), `where the criterion is: ${page.url()}`);
  holds((await page.locator('main').innerText()).includes('Khảo sát'), 'its source');
  await axe(page, 'a criterion');
  await shoot(play, page, 'criterion');
}

async function ways(play, ranking) {
  const english = await play.visitor({ language: 'en-GB' });
  await english.goto(`${ranking}?lang=en`);
  equal(await english.locator('html').getAttribute('lang'), 'en', 'the language');
  holds((await english.locator('tbody').innerText()).includes('93.80'), 'points as English has them');
  await axe(english, 'the ranking in English');
  await shoot(play, english, 'english');
  await english.goto(`${ranking}/SNV?lang=en`);
  await axe(english, 'a unit in English');
  const large = await play.visitor({ scripts: false, width: 320, height: 256 });
  for (const path of [ranking, `${ranking}/SNV`, `${ranking}/SNV/I.2`]) {
    await large.goto(path);
    await fits(large, `${path} at 400 %`);
  }
  const forced = await play.visitor({ colours: 'forced' });
  await forced.goto(`${ranking}/SNV`);
  await axe(forced, 'a unit in forced colours');
  await forced.screenshot({ path: `${play.given.pictures}/reader-forced.png`, fullPage: true });
  const sorts = await forced.goto(ranking).then(() => forced.locator('thead a').all());
  for (const sort of sorts.slice(0, 4)) {
    const answer = await forced.request.get(new URL(await sort.getAttribute('href'), forced.url()).href);
    equal(answer.status(), 200, `sorted by ${await sort.innerText()}`);
  }
}

async function files(play, page, ranking) {
  for (const [ending, kind, begin] of [
    ['.csv', 'text/csv', ''],
    ['.json', 'application/json', '{'],
    ['.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'PK'],
  ]) {
    const answer = await page.request.get(`${ranking}${ending}`);
    equal(answer.status(), 200, ending);
    holds(answer.headers()['content-type'].startsWith(kind), `${ending} is ${answer.headers()['content-type']}`);
    const body = await answer.body();
    holds(body.length > 100 && body.toString('latin1').startsWith(begin), `what ${ending} begins with`);
    const same = await page.request.get(`${ranking}${ending}`, {
      headers: { 'if-none-match': answer.headers().etag },
    });
    equal(same.status(), 304, `${ending} asked for again`);
  }
}

async function weight(play, ranking) {
  const page = await play.visitor();
  for (const path of [ranking, `${ranking}/SNV`]) {
    const { bytes, sent, requests } = await weigh(page, path);
    console.log(`reader: ${path} is ${bytes} bytes, ${sent} on the wire, in ${requests} requests`);
    holds(bytes <= HEAVIEST, `${path} weighs ${bytes} bytes`);
  }
}

async function missing(play, page, ranking) {
  for (const path of ['/xep-hang/2021/department', `${ranking}/VT`, `${ranking}/SNV/IX.9`, '/xep-hang/2022/xa',
    `${ranking}?ban=7`, '/khong-co']) {
    const answer = await page.goto(path);
    equal(answer.status(), 404, path);
  }
  await axe(page, 'a page that is not there');
  await shoot(play, page, 'missing');
}

async function machine(play, page) {
  const answer = await page.request.get(`/v1/cycles/${play.given.cycle}/versions`);
  equal(answer.status(), 200, 'the versions');
}

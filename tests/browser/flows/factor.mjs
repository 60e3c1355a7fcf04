// Who decides, and who leads those who do: the second factor before anything else, a code that counts once, a telephone
// that is lost, and sessions seen and ended.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { enrol, enter, known, signIn, totp } from '../lib/people.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const HOME = '/viec-cua-toi';
const ENROL = '/tai-khoan/xac-thuc';

export default async function factor(play) {
  const codes = await play.step('who decides sets it up first', () => forced(play));
  await play.step('who does not is not asked', () => free(play));
  await play.step('a recovery code counts once', () => recovery(play, codes));
  await play.step('the telephone is lost, and the codes too', () => reset(play));
  await play.step('a session seen and ended', () => sessions(play));
}

const at = (page) => new URL(page.url()).pathname;

async function out(page) {
  await page.getByRole('button', { name: 'Đăng xuất', exact: true }).click();
  await page.waitForURL('/dang-nhap');
}

async function forced(play) {
  let codes = [];
  for (const kind of ['organiser', 'chair', 'appraiser STC', 'leader 1']) {
    const page = await play.visitor();
    const person = known(play, kind);
    await enter(page, person.login, play.given.password);
    await page.waitForURL(ENROL);
    holds(await page.getByText('Vai trò của bạn cần mã xác thực').isVisible(), `${kind} is told why`);
    // Nothing else is open before: neither work nor account, and a draft at the address of what is published.
    for (const path of [HOME, '/tai-khoan', `/tham-dinh/${play.given.cycle}`, `/cho-diem/${play.given.cycle}`]) {
      const answer = await page.goto(path);
      holds(at(page) === ENROL || answer.status() === 404, `${kind} comes to ${at(page)} from ${path}`);
    }
    await page.goto('/');
    equal(await page.getByRole('button', { name: 'Đăng xuất' }).count(), 0, `${kind} is nobody to the open pages`);
    await page.goto(ENROL);
    await axe(page, `the second factor that ${kind} needs`);
    if (kind === 'leader 1') {
      await shoot(play, page, 'forced');
      await walk(page, 'the second factor that a leader needs');
    }
    const made = await enrol(play, page);
    person.secret = made.secret;
    codes = made.codes;
    await page.waitForURL(HOME);
    await out(page);
  }
  return codes;
}

async function free(play) {
  for (const kind of ['officer SNV', 'verifier', 'auditor']) {
    const page = await play.visitor();
    await enter(page, known(play, kind).login, play.given.password);
    await page.waitForURL(HOME);
  }
}

async function recovery(play, [code]) {
  const page = await play.visitor({ width: 768, height: 1024, touch: true });
  const person = known(play, 'leader 1');
  for (const good of [true, false]) {
    await enter(page, person.login, play.given.password);
    await page.waitForURL((url) => url.pathname === '/dang-nhap/ma');
    // Half a sign-in opens nothing.
    await page.goto(HOME);
    equal(at(page), '/dang-nhap', 'where half a sign-in leads');
    await page.goto('/dang-nhap/ma');
    await page.getByLabel('Mã xác thực').fill(code.toUpperCase().replace('-', ' '));
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    if (good) {
      await page.waitForURL(HOME);
      await out(page);
    } else {
      await page.locator('.summary').waitFor();
      await axe(page, 'a recovery code that was used');
      await shoot(play, page, 'used');
    }
  }
  // The app still does.
  play.clock.forward(30);
  await page.getByLabel('Mã xác thực').fill(totp(person.secret, play.clock.now()));
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForURL(HOME);
}

async function reset(play) {
  const organiser = await play.person('organiser');
  const leader = await play.person('leader 1');
  await organiser.goto(`/quan-tri/tai-khoan/${known(play, 'leader 1').id}`);
  const part = organiser.locator('section[aria-labelledby="xac-thuc"]');
  await part.getByLabel('Lý do').fill('Mất điện thoại');
  await part.getByRole('button', { name: 'Đặt lại mã xác thực' }).click();
  await organiser.getByText('Đã đặt lại mã xác thực.').waitFor();
  await axe(organiser, 'a second factor that was taken away');
  await shoot(play, organiser, 'reset');
  // All sessions are over, and the next sign-in sets it up anew.
  await leader.waitForTimeout(1_100);
  await leader.goto(HOME);
  equal(at(leader), '/dang-nhap', 'where a session leads that was ended');
  delete known(play, 'leader 1').secret;
  await signIn(play, leader, 'leader 1');
  holds(known(play, 'leader 1').secret, 'it was set up anew');
}

async function sessions(play) {
  const first = await play.person('chair');
  const second = await play.person('chair');
  await first.goto('/tai-khoan');
  const ends = first.getByRole('button', { name: /^Kết thúc/ });
  const listed = await ends.count();
  holds(listed >= 1, 'the other session is listed');
  for (let left = listed - 1; left >= 0; left -= 1) {
    await ends.first().click();
    await first.waitForFunction((rows) => document.querySelectorAll('tbody tr').length === rows, left + 1);
  }
  await shoot(play, first, 'sessions');
  await second.waitForTimeout(1_100);
  await second.goto('/tai-khoan');
  equal(at(second), '/dang-nhap', 'where the ended session leads');
  equal((await first.goto('/tai-khoan')).status(), 200, 'one\'s own goes on');
}

// Everybody: signing in and what can go wrong with it, the second factor, one's sessions, and what was typed when a
// session ends.
import { axe } from '../lib/axe.mjs';
import { equal, holds } from '../lib/check.mjs';
import { press, write } from '../lib/keyboard.mjs';
import { enrol, enter, known, signIn, totp } from '../lib/people.mjs';
import { shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const HOME = '/viec-cua-toi';

export default async function account(play) {
  await play.step('the door', () => door(play));
  await play.step('a wrong password, and too many', () => wrong(play));
  await play.step('the first page of everybody', () => homes(play));
  await play.step('the second factor', () => factor(play));
  await play.step('own sessions', () => sessions(play));
  await play.step('without scripts', () => withoutScripts(play));
}

async function door(play) {
  const page = await play.visitor();
  await page.goto(HOME);
  equal(new URL(page.url()).pathname, '/dang-nhap', 'where somebody unknown is led');
  await axe(page, 'the door');
  await shoot(play, page, 'door');
  const stops = await walk(page, 'the door');
  holds(stops.indexOf('input Tên đăng nhập') < stops.indexOf('input Mật khẩu'), `the walk: ${stops}`);
  await write(page, page.getByLabel('Tên đăng nhập'), known(play, 'officer VT').login);
  await write(page, page.getByLabel('Mật khẩu', { exact: true }), play.given.password);
  await press(page, page.getByRole('button', { name: 'Đăng nhập', exact: true }));
  await page.waitForURL(`**${HOME}`);
  await press(page, page.getByRole('button', { name: 'Đăng xuất' }));
  await page.waitForURL((url) => url.pathname !== HOME);
}

// One message whether the name or the password is wrong; after several a wait, told by the clock.
async function wrong(play) {
  const page = await play.visitor();
  const said = [];
  for (const login of [known(play, 'officer VT').login, 'khong-co-ai']) {
    await enter(page, login, 'sai mật khẩu');
    said.push(await page.locator('.summary').innerText());
    equal(await page.getByLabel('Tên đăng nhập').inputValue(), login, 'the name that was typed');
    equal(await page.getByLabel('Mật khẩu', { exact: true }).inputValue(), '', 'the password');
  }
  equal(said[0], said[1], 'what is said of a wrong password and of an unknown name');
  holds((await page.title()).startsWith('Lỗi: '), 'the title');
  holds(await page.locator('.summary').evaluate((summary) => summary === document.activeElement), 'the focus');
  await axe(page, 'a wrong password');
  await shoot(play, page, 'wrong');
  for (let more = 0; more < 12; more += 1) await enter(page, known(play, 'officer VT').login, 'sai mật khẩu');
  await axe(page, 'too many');
  await shoot(play, page, 'wait');
  holds(/\d\d:\d\d/.test(await page.locator('.summary').innerText()), 'until when one waits');
  await page.getByText('đề nghị Sở Nội vụ đặt mật khẩu mới').waitFor();
}

async function homes(play) {
  for (const kind of ['organiser', 'interviewer', 'officer SNV', 'head SNV', 'leader 1', 'verifier']) {
    const page = await play.person(kind);
    equal(new URL(page.url()).pathname, HOME, `where ${kind} begins`);
    await axe(page, `the first page of ${kind}`);
    await walk(page, `the first page of ${kind}`);
    if (kind !== 'verifier') await shoot(play, page, `home-${kind.split(' ')[0]}`);
  }
}

// With it a password alone opens nothing, and a code opens the door once.
async function factor(play) {
  const page = await play.visitor();
  const person = known(play, 'chair');
  await enter(page, person.login, play.given.password);
  await page.waitForURL(HOME);
  await page.goto('/tai-khoan');
  await page.getByRole('link', { name: 'Cài mã xác thực' }).click();
  await page.waitForURL('/tai-khoan/xac-thuc');
  await axe(page, 'the page that sets up a second factor');
  await shoot(play, page, 'enrol');
  const { secret, codes } = await enrol(play, page, {
    scanned: async () => {
      await axe(page, 'the page of the QR code');
      await shoot(play, page, 'scan');
    },
    done: async () => {
      await axe(page, 'the page of the recovery codes');
      await shoot(play, page, 'codes');
    },
  });
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await enter(page, person.login, play.given.password);
  await page.getByLabel('Mã xác thực').fill('000000');
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.locator('.summary').waitFor();
  await axe(page, 'a wrong code');
  await shoot(play, page, 'code');
  play.clock.forward(60);
  await page.getByLabel('Mã xác thực').fill(totp(secret, play.clock.now()));
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForURL(HOME);
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  for (const [code, good] of [[codes[0], true], [codes[0], false]]) {
    await enter(page, person.login, play.given.password);
    await page.getByLabel('Mã xác thực').fill(code);
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    if (good) {
      await page.waitForURL(HOME);
      await page.getByRole('button', { name: 'Đăng xuất' }).click();
    } else {
      await page.locator('.summary').waitFor();
    }
  }
}

async function sessions(play) {
  const first = await play.person('auditor');
  const second = await play.person('auditor');
  await first.goto('/tai-khoan');
  await axe(first, 'the account');
  await shoot(play, first, 'account');
  await walk(first, 'the account');
  equal(await first.locator('tbody tr').count() >= 2, true, 'both sessions are listed');
  // One after the other: programs have sessions too.
  for (let left = await first.locator('tbody tr').count() - 1; left > 0; left -= 1) {
    await first.getByRole('button', { name: /^Kết thúc/ }).first().click();
    await first.getByText('Đã kết thúc phiên.').waitFor();
    await first.waitForFunction((rows) => document.querySelectorAll('tbody tr').length === rows, left);
  }
  // A session that is known is kept for a second at the most.
  await second.waitForTimeout(1_100);
  await second.goto(HOME);
  equal(new URL(second.url()).pathname, '/dang-nhap', 'where an ended session leads');
  await first.getByLabel('Thư điện tử').fill('khong phai dia chi');
  await first.getByRole('button', { name: 'Lưu địa chỉ thư' }).click();
  await first.locator('.summary').waitFor();
  equal(await first.getByLabel('Thư điện tử').inputValue(), 'khong phai dia chi', 'what was typed');
  await axe(first, 'a wrong address');
  await shoot(play, first, 'account-wrong');
}

async function withoutScripts(play) {
  const page = await play.visitor({ scripts: false, width: 360, height: 740 });
  await signIn(play, page, 'supervisor');
  equal(new URL(page.url()).pathname, HOME, 'where the supervisor begins');
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  equal(new URL(page.url()).pathname, '/dang-nhap', 'where signing out leads');
}

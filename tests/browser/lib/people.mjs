// Signing in, as everybody does it, and the codes of the second factor.
import { createHmac } from 'node:crypto';

const ENROL = '/tai-khoan/xac-thuc';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// The six digits of RFC 6238 at an instant, from the secret that a page shows in letters.
export function totp(secret, milliseconds) {
  const bits = [...secret.replace(/[\s=]/g, '').toUpperCase()]
    .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const digest = createHmac('sha1', key).update(step).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

// Who this is, of the people that the harness hired.
export function known(play, kind) {
  const person = play.given.people[kind];
  if (!person) throw new Error(`nobody is ${kind}; there are ${Object.keys(play.given.people).join(', ')}`);
  return person;
}

// Opens the sign-in page and sends it.
export async function enter(page, login, password) {
  await page.goto('/dang-nhap');
  await page.getByLabel('Tên đăng nhập').fill(login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
}

// From the sign-in page to what the person has to do, by whatever lies between: whoever needs a second factor sets it
// up the first time and uses it from then on.
export async function signIn(play, page, kind) {
  const person = known(play, kind);
  await enter(page, person.login, play.given.password);
  await page.waitForURL((url) => url.pathname !== '/dang-nhap');
  const at = () => new URL(page.url()).pathname;
  if (at() === '/dang-nhap/ma') {
    // A code counts once.
    play.clock.forward(30);
    await page.getByLabel('Mã xác thực').fill(totp(person.secret, play.clock.now()));
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  } else if (at() === ENROL) {
    person.secret = (await enrol(play, page)).secret;
  }
  await page.waitForURL('/viec-cua-toi');
}

// Sets up the second factor from its first page; `seen` is shown the two pages that come.
export async function enrol(play, page, seen = {}) {
  await page.getByRole('button', { name: 'Hiện mã QR' }).click();
  const secret = await page.locator('code.secret').innerText();
  await seen.scanned?.();
  await page.getByLabel('Mã ứng dụng đang hiện').fill(totp(secret, play.clock.now()));
  await page.getByRole('button', { name: 'Xác nhận' }).click();
  const codes = await page.locator('ol.codes code').allInnerTexts();
  await seen.done?.();
  await page.getByRole('link', { name: 'Đã cất' }).click();
  return { secret, codes };
}

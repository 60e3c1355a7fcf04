// Signing in, as everybody does it, and the codes of the second factor.
import { createHmac } from 'node:crypto';

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

// From the sign-in page to what the person has to do.
export async function signIn(play, page, kind) {
  await page.goto('/dang-nhap');
  await page.getByLabel('Tên đăng nhập').fill(known(play, kind).login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(play.given.password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/dang-nhap');
}

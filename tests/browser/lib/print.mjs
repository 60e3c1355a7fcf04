// A page on paper: its text as another program reads it, and the typefaces that came along.
import { execFileSync } from 'node:child_process';

// Every letter of Vietnamese, in both cases.
export const LETTERS = (() => {
  const marks = ['', '\u0300', '\u0301', '\u0309', '\u0303', '\u0323'];
  const vowels = [...'aăâeêioôơuưy'].flatMap((vowel) => marks.map((mark) => (vowel + mark).normalize('NFC')));
  const small = [...vowels, ...'bcdđghklmnpqrstvx'].join('');
  return small + small.toUpperCase();
})();

export async function print(play, page, name) {
  const path = `${play.given.pictures}/${play.name}-${name}.pdf`;
  await page.pdf({ path, preferCSSPageSize: true });
  const read = (program, ...more) => execFileSync(program, [path, ...more], { encoding: 'utf8' }).normalize('NFC');
  return { text: read('pdftotext', '-'), fonts: read('pdffonts'), about: read('pdfinfo') };
}

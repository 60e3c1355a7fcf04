// Vietnamese as its typing tools put it into a box that has the focus.

const MARKS = { '\u0300': '2', '\u0301': '1', '\u0309': '3', '\u0303': '4', '\u0323': '5' };
const SHAPES = { '\u0302': '6', '\u031b': '7', '\u0306': '8' };

// The letter without its marks, and the digits of VNI that would put them there.
function taken(letter) {
  if (letter === 'đ') return ['d', '9'];
  if (letter === 'Đ') return ['D', '9'];
  const [base, ...marks] = letter.normalize('NFD');
  const digits = marks.map((mark) => SHAPES[mark] ?? MARKS[mark]);
  return [base, digits.join('')];
}

// A letter as Windows delivers what a tool sends (VK_PACKET): a key that has no place on the keyboard.
async function packet(session, letter) {
  const key = { key: letter, text: letter, unmodifiedText: letter, windowsVirtualKeyCode: 231 };
  await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}

// As Unikey does: the plain letter is typed, then taken back and put in with its marks.
export async function unikey(page, text) {
  const session = await page.context().newCDPSession(page);
  for (const letter of text.normalize('NFC')) {
    const [base, digits] = taken(letter);
    await page.keyboard.type(base);
    if (digits !== '') {
      await page.keyboard.press('Backspace');
      await packet(session, letter);
    }
  }
  await session.detach();
}

// As VNI does where the page sees the digits: each is typed, then taken back with the letter before it.
export async function vni(page, text) {
  const session = await page.context().newCDPSession(page);
  for (const letter of text.normalize('NFC')) {
    const [base, digits] = taken(letter);
    await page.keyboard.type(base);
    let marked = base;
    for (const digit of digits) {
      await page.keyboard.press(digit);
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      marked = withDigit(marked, digit);
      await packet(session, marked);
    }
  }
  await session.detach();
}

function withDigit(letter, digit) {
  if (digit === '9') return letter === 'D' ? 'Đ' : 'đ';
  const [mark] = Object.entries({ ...MARKS, ...SHAPES }).find(([, number]) => number === digit);
  return (letter + mark).normalize('NFC');
}

// As macOS does: a syllable is composed under a line and put in as a whole; `pause` lies in the midst of each.
export async function compose(page, text, pause = 0) {
  const session = await page.context().newCDPSession(page);
  for (const part of text.normalize('NFC').split(/(\s+)/)) {
    if (/^\s*$/.test(part)) {
      await page.keyboard.type(part);
      continue;
    }
    for (let end = 1; end <= part.length; end += 1) {
      const position = { selectionStart: end, selectionEnd: end };
      await session.send('Input.imeSetComposition', { text: part.slice(0, end), ...position });
    }
    if (pause > 0) await page.waitForTimeout(pause);
    await session.send('Input.insertText', { text: part });
  }
  await session.detach();
}

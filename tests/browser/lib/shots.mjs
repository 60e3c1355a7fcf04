// Pictures of a page at every width, and the rule that nothing runs out of it sideways, at 400 % neither.
const SIZES = [
  [360, 740],
  [768, 1024],
  [1366, 768],
  [1920, 1080],
];
// A window of 1280 × 1024 px at 400 % has room for so much.
const LARGE = { width: 320, height: 256 };

// A page may be wider than the window only inside parts that scroll by themselves.
export async function fits(page, what) {
  const { wide, window, culprits } = await page.evaluate(() => {
    const window = document.documentElement.clientWidth;
    const wide = document.scrollingElement.scrollWidth;
    const scrolls = (element) => {
      for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      }
      return false;
    };
    const over = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > window + 1 && !scrolls(element),
    );
    return { wide, window, culprits: over.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) };
  });
  if (wide > window + 1) {
    throw new Error(`${what}: ${wide} px wide in a window of ${window} px: ${culprits.join(' | ')}`);
  }
}

// At 400 % nothing is read in two ways; the window is as before afterwards.
export async function large(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize(LARGE);
  await fits(page, `${name} at 400 %`);
  await page.setViewportSize(before);
}

// Pictures "flow-name-360.png" and so on, at all widths or at some, and a look at 400 %; the window is as before
// afterwards. None where the same pages were seen on the other shape of the system.
export async function shoot(play, page, name, widths = SIZES.map(([width]) => width)) {
  if (play.given.seen) return;
  const before = page.viewportSize();
  for (const [width, height] of SIZES.filter(([one]) => widths.includes(one))) {
    await page.setViewportSize({ width, height });
    await fits(page, `${name} at ${width} px`);
    const path = `${play.given.pictures}/${play.name}-${name}-${width}.png`;
    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  }
  await page.setViewportSize(before);
  await large(page, name);
}

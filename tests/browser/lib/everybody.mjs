// Every kind of person whose sign-in the demonstration prints, and whoever has none, through every page.
import { Crawl } from './crawl.mjs';

export async function everybody(play, { see, most, options = {}, before }) {
  const crawl = new Crawl(play, { routes: play.given.routes, see, most });
  const visitor = await play.visitor(options);
  await before?.(visitor);
  await play.step('whoever reads', () => crawl.go(visitor, 'a visitor', ['/', '/dang-nhap']));
  for (const kind of Object.keys(play.given.people)) {
    const page = await play.person(kind, options);
    await before?.(page);
    await play.step(kind, () => crawl.go(page, kind));
    await page.context().close();
  }
  play.at = 'what was found';
  crawl.settle();
}

// The guided tour of docs/tour: each of its pages opened as who it is told for, by the sign-ins that are printed. With
// --tour the pictures are made anew; else those that are there are the ones that the tour shows.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { equal, holds } from '../lib/check.mjs';

const SIZE = { width: 1100, height: 760 };
const LARGEST = 2_000_000;
const QUALITY = 72;

const now = new Date().getFullYear();
// What is shown, to whom, where; a link is followed from there by its words.
const STOPS = [
  { picture: 'ranking', path: '/xep-hang/2022/department' },
  { picture: 'unit', path: '/xep-hang/2022/department/SYT' },
  { picture: 'source', path: '/xep-hang/2022/department/SYT/I.1.1' },
  { picture: 'slips', kind: 'Điều tra viên', path: `/khao-sat/${now}-khao-sat` },
  { picture: 'progress', kind: 'Giám sát khảo sát', path: `/khao-sat/${now}-khao-sat/tien-do` },
  { picture: 'calls', kind: 'Cán bộ phúc tra', path: `/phuc-tra/${now}-phuc-tra/viec` },
  { picture: 'draw', kind: 'Giám sát viên', path: `/phuc-tra/${now}-phuc-tra`, follow: 'main a[href*="/lo/"]' },
  { picture: 'tasks', kind: 'Cán bộ đơn vị', path: '/viec-cua-toi' },
  { picture: 'entry', kind: 'Cán bộ đơn vị', path: `/tu-cham/${now}-tu-cham/SYT/I.1.1` },
  { picture: 'send', kind: 'Thủ trưởng đơn vị', path: `/tu-cham/${now}-tu-cham/SYT/gui` },
  { picture: 'appraisal', kind: 'Người thẩm định', path: `/tham-dinh/${now}-tham-dinh-1` },
  { picture: 'marks', kind: 'Lãnh đạo tỉnh', path: `/cho-diem/${now}-lanh-dao/department` },
  { picture: 'ties', kind: 'Chủ tịch Hội đồng thẩm định', path: `/tham-dinh/${now}-xep-loai/dong-diem` },
  { picture: 'classes', kind: 'Sở Nội vụ, thường trực', path: `/quan-tri/${now}-xep-loai/xep-loai` },
  { picture: 'journal', kind: 'Sở Nội vụ, thường trực', path: '/nhat-ky' },
];

export default async function tour(play) {
  const text = readFileSync(`${play.given.tour}/README.md`, 'utf8');
  const told = [...text.matchAll(/\(([a-z]+)\.webp\)/g)].map(([, picture]) => picture);
  equal(told, STOPS.map(({ picture }) => picture), 'the pictures of the tour, in its order');
  const pages = new Map();
  for (const stop of STOPS) await play.step(stop.picture, () => show(play, pages, stop, text));
  kept(play);
}

async function show(play, pages, { picture, kind, path, follow }, text) {
  if (!pages.has(kind)) {
    const page = kind ? await play.person(kind, SIZE) : await play.visitor(SIZE);
    pages.set(kind, page);
  }
  const page = pages.get(kind);
  const answer = await page.goto(path);
  equal(answer.status(), 200, `${path} to ${kind ?? 'everyone'}`);
  if (follow) await page.locator(follow).first().click();
  if (kind) {
    holds(text.includes(`\`${play.given.people[kind].login}\``), `the tour does not name the sign-in of ${kind}`);
  }
  const there = path.replace(`${now}-`, '…-');
  holds(text.includes(`\`${there}\``), `the tour does not say where ${there} is`);
  if (play.given.renew) await take(play, page, picture);
}

// As small as a picture of a page is: WebP, which only the browser itself can make.
async function take(play, page, picture) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(`${play.given.tour}/${picture}.webp`, Buffer.from(data, 'base64'));
  await session.detach();
}

function kept(play) {
  const files = readdirSync(play.given.tour).filter((file) => file.endsWith('.webp'));
  equal(files.sort(), STOPS.map(({ picture }) => `${picture}.webp`).sort(), 'the pictures in docs/tour');
  const bytes = files.reduce((sum, file) => sum + statSync(`${play.given.tour}/${file}`).size, 0);
  console.log(`tour: ${files.length} pictures, ${bytes} bytes`);
  holds(bytes <= LARGEST, `the pictures weigh ${bytes} bytes`);
}

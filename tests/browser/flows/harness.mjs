// The library itself, on pages of the test's own: each check finds what it is there to find, and nothing else.
import { axe } from '../lib/axe.mjs';
import { equal, fails, holds } from '../lib/check.mjs';
import { compose, unikey, vni } from '../lib/keys.mjs';
import { delay, failRequest, loseAnswer, loseRequest, weigh } from '../lib/net.mjs';
import { serve } from '../lib/page.mjs';
import { totp } from '../lib/people.mjs';
import { fits, shoot } from '../lib/shots.mjs';
import { walk } from '../lib/walk.mjs';

const WORDS = 'Đỗ Thị Ngưỡng: “được” 12,5 điểm, thẳng, khuếch';

const head = (title) => `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>${title}</title>
  <link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">`;

const GOOD = `${head('Trang thử')}</head><body><main><h1>Trang thử</h1>
  <form><p><label for="a">Họ và tên</label> <input id="a" name="a"></p>
  <fieldset><legend>Mức</legend><label><input type="radio" name="m" value="1">Một</label>
  <label><input type="radio" name="m" value="2">Hai</label></fieldset>
  <button type="button">Lưu</button></form> <p><a href="/khac">Trang khác</a></p></main></body></html>`;

const BAD = `${head('Trang thử')}<style>:focus { outline: none }
  #b { all: unset }</style></head><body>
  <main><h1>Trang thử</h1><p style="color: #aaa">Chữ quá nhạt</p><input>
  <div style="width: 3000px">rộng</div></main></body></html>`;

const UNSEEN = `${head('Trang thử')}<style>a:focus { outline: none }</style></head><body><main><h1>Trang thử</h1>
  <a href="/">Lối đi</a></main></body></html>`;

const LEFT_OUT = `${head('Trang thử')}</head><body><main><h1>Trang thử</h1><button id="1">Một</button>
  <button id="2" onfocus="this.blur()">Hai</button></main></body></html>`;

const OUTSIDE = `${head('Trang thử')}</head><body><main><h1>Trang thử</h1>
  <img alt="" src="http://example.com/a.png"><img alt="" src="http://192.0.2.1/b.png"></main></body></html>`;

const BROKEN = `${head('Trang thử')}</head><body><main><h1>Trang thử</h1>
  <script>throw new Error('broken on purpose')</script></main></body></html>`;

export default async function harness(play) {
  const posts = [];
  const take = (request, response) => {
    posts.push(request.method);
    response.end('taken');
  };
  const site = await serve({
    '/': GOOD, '/bad': BAD, '/unseen': UNSEEN, '/left-out': LEFT_OUT, '/outside': OUTSIDE, '/broken': BROKEN,
    '/take': take,
  });
  try {
    const page = await play.visitor();
    await play.step('what is good', () => good(play, page, site));
    await play.step('what is bad', () => bad(play, page, site));
    await play.step('what a page must not do', () => watched(play, page, site));
    await play.step('typing', () => typing(page, site));
    await play.step('a bad network', () => network(play, page, site, posts));
    await play.step('codes and the clock', () => time(play));
  } finally {
    site.close();
  }
}

async function good(play, page, site) {
  await page.goto(site.base);
  await axe(page, 'a good page');
  await shoot(play, page, 'good');
  const stops = await walk(page, 'a good page');
  equal(stops, ['input Họ và tên', 'input Một', 'button Lưu', 'a Trang khác'], 'the walk');
  const { bytes, requests } = await weigh(page, site.base);
  equal([bytes, requests], [Buffer.byteLength(GOOD), 1], 'the weight');
}

async function bad(play, page, site) {
  await page.goto(`${site.base}/bad`);
  await fails(() => axe(page, 'a bad page'), /color-contrast[^]*label|label[^]*color-contrast/, 'axe');
  await fails(() => fits(page, 'a bad page'), /3\d\d\d px wide/, 'the width');
  await fails(() => walk(page, 'a bad page'), /has no name/, 'a box without a name');
  await page.goto(`${site.base}/unseen`);
  await fails(() => walk(page, 'unseen'), /does not show it/, 'focus that is not seen');
  await page.goto(`${site.base}/left-out`);
  await fails(() => walk(page, 'left out'), /never comes to .*Hai/, 'what Tab leaves out');
}

// The watch of the play itself: what it noted is taken from it, so that the flow goes on.
async function watched(play, page, site) {
  await page.goto(`${site.base}/outside`);
  await page.goto(`${site.base}/broken`);
  const words = play.faults.splice(0).join('\n');
  for (const expected of ['asks outside: http://example.com', 'asks outside: http://192.0.2.1', 'broken on purpose']) {
    holds(words.includes(expected), `the watch missed "${expected}": ${words}`);
  }
}

async function typing(page, site) {
  for (const [name, type] of Object.entries({ unikey, vni, compose })) {
    await page.goto(site.base);
    const box = page.getByLabel('Họ và tên');
    await box.focus();
    await type(page, WORDS);
    equal(await box.inputValue(), WORDS, name);
  }
}

async function network(play, page, site, posts) {
  play.expects(/net::ERR_CONNECTION_RESET|^500 \/take|status of 500/);
  await page.goto(site.base);
  const post = () => page.evaluate(() => fetch('/take', { method: 'POST' }).then((a) => a.status, () => 'cut'));
  await loseRequest(page, 'POST', '/take');
  equal([await post(), posts.length], ['cut', 0], 'a lost request');
  equal([await post(), posts.length], [200, 1], 'the one after it');
  await failRequest(page, 'POST', '/take');
  equal([await post(), posts.length, await post(), posts.length], [500, 1, 200, 2], '500, then 200');
  await page.unrouteAll();
  const lost = await loseAnswer(page, 'POST', '/take');
  equal([await post(), await lost.status, posts.length], ['cut', 200, 3], 'a lost answer');
  await delay(page, 300);
  const since = Date.now();
  await post();
  holds(Date.now() - since >= 300, 'the way is not longer');
}

async function time(play) {
  // RFC 6238, appendix B: the last six of its eight digits.
  equal(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 1_111_111_109_000), '081804', 'a code');
  const before = play.clock.now();
  play.clock.forward(90);
  equal(play.clock.now() - before, 90_000, 'the clock');
}

// Goes wherever links lead, as one person after another, and shows each kind of page in its different states to whoever
// looks. A link that leads nowhere is a fault, and so is a page from which nothing leads on.

import { elsewhere } from './elsewhere.mjs';

// Files are asked for and not opened.
const FILE = /\.(csv|xlsx|json|pdf)$|^\/(_|v1|tai-lieu)\//;
// Leads to the page one comes from, or ends the session.
const ASIDE = /^\/(ngon-ngu|dang-xuat)(\/|$)/;

export class Crawl {
  // `routes` are patterns such as /tu-cham/{cycle}/{unit}; of each so many different states are shown to `see`.
  constructor(play, { routes, most = 4, see }) {
    // A word stands for itself before a part in braces stands for it: "/quan-tri/tai-khoan" is no cycle.
    const known = [...routes].sort().map((pattern) => ({ pattern, ...compiled(pattern) }));
    Object.assign(this, { play, routes: known, most, see });
    this.shown = new Map();
    this.looks = new Set();
    this.files = new Set();
    this.reached = new Set();
    this.faults = [];
    this.passed = 0;
  }

  // All that somebody comes to from some paths; `page` is theirs.
  async go(page, who, from = ['/', '/viec-cua-toi']) {
    const gone = new Set();
    const queue = from.map((path) => ({ path, by: 'the beginning' }));
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { pathname, search } = new URL(next.path, this.play.given.base);
      const route = this.routes.find(({ fits }) => fits.test(pathname));
      const key = this.key(route, pathname, search);
      if (ASIDE.test(pathname) || gone.has(key)) continue;
      gone.add(key);
      const links = await this.pass(page, who, route, pathname + search, next.by);
      links.forEach((path) => queue.push({ path, by: pathname + search }));
    }
  }

  // One page of a pattern in a cycle is enough to go on from, but each way of asking for it is one of its own.
  key(route, pathname, search) {
    if (!route) return pathname;
    const cycle = route.cycle === undefined ? '' : pathname.split('/')[route.cycle];
    return `${route.pattern} ${cycle} ${[...new URLSearchParams(search).keys()].sort()}`;
  }

  async pass(page, who, route, path, by) {
    const fault = (words) => {
      this.faults.push(`${who}, ${path} (from ${by}): ${words}`);
      // At once, too: a flow that takes too long has no end to tell them at.
      console.log(`${this.play.name}: ${this.faults.at(-1)}`);
    };
    const answer = await page.request.get(path, { headers: { accept: 'text/html' } });
    this.passed += 1;
    if (answer.status() !== 200) {
      fault(`is answered with ${answer.status()}`);
      return [];
    }
    // A list to download may be the page's own address, asked for in another form.
    const saved = (answer.headers()['content-disposition'] ?? '').startsWith('attachment');
    if (saved || FILE.test(new URL(path, 'http://a').pathname)) return [];
    const html = await answer.text();
    // Where one is led to may be another page.
    const at = new URL(answer.url());
    const there = this.routes.find(({ fits }) => fits.test(at.pathname)) ?? route;
    if (!there) {
      fault('is no page of ours');
      return [];
    }
    this.reached.add(route?.pattern).add(there.pattern);
    const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
    const on = html.includes('<nav class="back"') || /<a |<button/.test(main);
    actions(html).forEach((action) => this.reached.add(this.routes.find(({ fits }) => fits.test(action))?.pattern));
    if (!on) fault('nothing leads on from here');
    await this.show(page, who, there, at, main, fault);
    return links(html, at);
  }

  // What looks different from what was shown before, while there is room.
  async show(page, who, route, at, main, fault) {
    const number = this.shown.get(route.pattern) ?? 0;
    const classes = [...new Set([...main.matchAll(/class="([^"]*)"/g)].map(([, names]) => names))].sort();
    const look = `${route.pattern} ${classes}`;
    if (number >= this.most || this.looks.has(look)) return;
    this.looks.add(look);
    this.shown.set(route.pattern, number + 1);
    try {
      await page.goto(at.pathname + at.search);
      await this.see(page, { who, pattern: route.pattern, number: number + 1, name: named(route.pattern, number + 1) });
    } catch (error) {
      fault(error.message);
    }
  }

  // Throws what was found wrong, all at once.
  settle() {
    const never = this.routes.map(({ pattern }) => pattern).filter((pattern) => !this.reached.has(pattern));
    const shown = [...this.shown.values()].reduce((sum, number) => sum + number, 0);
    console.log(`${this.play.name}: ${this.passed} answers, ${shown} pages looked at, of ${this.reached.size} patterns`);
    const missed = never.filter((pattern) => !elsewhere.has(pattern));
    if (missed.length > 0) {
      this.faults.push(missed);
      console.log(`${this.play.name}: nobody came to ${missed.join(' ')}`);
    }
    if (this.faults.length > 0) throw new Error(`${this.faults.length} faults, told above`);
  }
}

function compiled(pattern) {
  const text = pattern.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  const cycle = pattern.split('/').indexOf('{cycle}');
  return { fits: new RegExp(`^${text}$`), cycle: cycle < 0 ? undefined : cycle };
}

function named(pattern, number) {
  const words = pattern.replace(/\{[^}]+\}/g, 'x').split('/').filter((word) => word !== '');
  return `${words.join('-') || 'home'}-${number}`;
}

const decoded = (text) => text.replaceAll('&amp;', '&');

function links(html, at) {
  const found = [...html.matchAll(/<a [^>]*?href="([^"#][^"]*)"/g)].map(([, href]) => new URL(decoded(href), at));
  return found.filter(({ origin }) => origin === at.origin).map(({ pathname, search }) => pathname + search);
}

function actions(html) {
  return [...html.matchAll(/<form [^>]*?action="([^"]*)"/g)].map(([, action]) => decoded(action));
}

// One flow while it is played: the browser, the people in it, and a watch over all that their pages do.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Clock } from './clock.mjs';
import { signIn } from './people.mjs';

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Only the system under test has an address; whatever else is asked for is nowhere.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

// What the browser writes to the console by itself for every answer of 400 to 499; flows look at answers themselves.
const ANSWERED = /^Failed to load resource: the server responded with a status of 4\d\d/;

export class Play {
  static async open(name, given) {
    // Chromium refuses its own cage to root, and CI is root.
    const root = process.getuid() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({
      executablePath: given.chromium,
      args: [...ARGUMENTS, ...root],
    });
    mkdirSync(given.pictures, { recursive: true });
    return new Play(name, given, browser);
  }

  constructor(name, given, browser) {
    Object.assign(this, { name, given, browser });
    this.clock = new Clock(given.clock);
    this.at = 'at its start';
    this.faults = [];
    this.expected = [];
    this.contexts = [];
    this.begun = Date.now();
  }

  // A part of the flow, named in the log and in what is said of a fault.
  async step(name, act) {
    this.at = name;
    const since = Date.now();
    const answer = await act();
    console.log(`${this.name}: ${name}, ${Date.now() - since} ms`);
    return answer;
  }

  // Where a path of the system is.
  url(path) {
    return new URL(path, this.given.base).href;
  }

  // A fault that the flow makes on purpose is none: words of the console, or an answer "500 /path".
  expects(pattern) {
    this.expected.push(pattern);
  }

  // A page of somebody who has not signed in, in a browser profile of its own.
  async visitor(options = {}) {
    const { width = 1366, height = 768, touch = false, scripts = true, language = 'vi-VN', colours } = options;
    const context = await this.browser.newContext({
      baseURL: this.given.base,
      viewport: { width, height },
      hasTouch: touch,
      javaScriptEnabled: scripts,
      locale: language,
      timezoneId: 'Asia/Ho_Chi_Minh',
      reducedMotion: 'reduce',
      forcedColors: colours === 'forced' ? 'active' : 'none',
    });
    context.setDefaultTimeout(45_000);
    this.contexts.push(context);
    this.watch(context);
    return context.newPage();
  }

  // A page of somebody who has signed in, "organiser" or "officer SNV"; see `people` of the JSON.
  async person(kind, options = {}) {
    const page = await this.visitor(options);
    await signIn(this, page, kind);
    return page;
  }

  // Everything that a page does and should not.
  watch(context) {
    const fault = (words) => {
      if (!this.expected.some((pattern) => pattern.test(words))) this.faults.push(words);
    };
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const outside = protocol.startsWith('http') ? hostname !== '127.0.0.1' : !/^(data|blob|about):$/.test(protocol);
      if (outside) fault(`asks outside: ${request.url()}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 500) fault(`${response.status()} ${new URL(response.url()).pathname}`);
    });
    context.on('weberror', (error) => fault(`script: ${error.error().stack}`));
    context.on('console', (message) => {
      const words = message.text();
      if (message.type() === 'error' && !ANSWERED.test(words)) {
        fault(`console of ${message.page()?.url()}: ${words}`);
      }
    });
  }

  // Throws where a page did what it should not.
  settle() {
    this.at = 'what its pages did';
    if (this.faults.length > 0) throw new Error(this.faults.splice(0).join('\n'));
  }

  // Pictures of what was open when something went wrong.
  async remains() {
    let number = 0;
    for (const page of this.contexts.flatMap((context) => context.pages())) {
      number += 1;
      const path = `${this.given.pictures}/failed-${this.name}-${number}.png`;
      await page.screenshot({ path, timeout: 5_000 }).then(
        () => console.error(`picture: ${path} of ${page.url()}`),
        (fault) => console.error(`no picture of ${page.url()}: ${fault.message}`),
      );
    }
  }

  async close() {
    await this.browser.close();
  }
}

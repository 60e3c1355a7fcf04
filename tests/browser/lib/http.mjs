// Somebody who asks for pages without a browser: cookies, forms and what they hold, nothing else. For many at once.
import { Agent, request } from 'node:http';

export class Caller {
  constructor(base) {
    this.base = new URL(base);
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.cookies = new Map();
  }

  // One answer, with how long it took in milliseconds; a redirect is an answer.
  ask(method, path, fields, accept = 'text/html') {
    const body = fields === undefined ? undefined : new URLSearchParams(fields).toString();
    const headers = { accept, cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (body !== undefined) {
      const kind = 'application/x-www-form-urlencoded';
      Object.assign(headers, { 'content-type': kind, 'content-length': Buffer.byteLength(body) });
      headers.origin = this.base.origin;
    }
    const { hostname, port } = this.base;
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const asked = request({ agent: this.agent, hostname, port, method, path, headers }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          (answer.headers['set-cookie'] ?? []).forEach((line) => this.keep(line));
          const text = Buffer.concat(parts).toString('utf8');
          const { statusCode: status, headers: told } = answer;
          resolve({ status, headers: told, text, took: performance.now() - since });
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  keep(line) {
    const [pair] = line.split(';');
    const at = pair.indexOf('=');
    this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }

  close() {
    this.agent.destroy();
  }
}

const plain = (text) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

// What the first form that matches would send as it stands: hidden fields, boxes, texts, of which HTML takes the first
// end of a line away.
export function fieldsOf(html, opening) {
  const begin = html.search(opening);
  if (begin < 0) throw new Error(`no form ${opening} in ${html.slice(0, 200)}`);
  const form = html.slice(begin, html.indexOf('</form>', begin));
  const attribute = (tag, name) => plain(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const boxes = [...form.matchAll(/<input [^>]*>/g)].map(([tag]) => tag);
  const typed = boxes.filter((tag) => !/type="(radio|checkbox|file|submit)"/.test(tag));
  const texts = [...form.matchAll(/<textarea [^>]*>[^<]*/g)].map(([tag]) => tag);
  return Object.fromEntries([
    ...typed.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]),
    ...texts.map((tag) => [attribute(tag, 'name'), plain(tag.slice(tag.indexOf('>') + 1).replace(/^\n/, ''))]),
  ]);
}

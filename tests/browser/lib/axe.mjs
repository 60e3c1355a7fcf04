// The engine of axe over a page: WCAG 2.2 AA without a violation. It cannot run where scripts are off.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const ENGINE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let resting = false;

// Where the same pages were seen on the other shape of the system.
export function rest() {
  resting = true;
}

export async function axe(page, what) {
  if (resting) return;
  await page.evaluate(ENGINE);
  const violations = await page.evaluate(async (tags) => {
    const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
    const { violations } = await globalThis.axe.run(document, options);
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html) }));
  }, TAGS);
  if (violations.length === 0) return;
  const lines = violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.slice(0, 5).join('\n    ')}`);
  throw new Error(`${what}, ${page.url()}: axe finds ${violations.length} violations\n  ${lines.join('\n  ')}`);
}

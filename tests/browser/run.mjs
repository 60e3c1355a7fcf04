// Plays one flow: node run.mjs FLOW FILE. FILE is the JSON that the harness (tests/tests/browser) writes: where the
// system is, who may sign in, where the clock is set and where pictures go. Ends well only where the flow did.
import { readFileSync } from 'node:fs';
import { rest } from './lib/axe.mjs';
import { Play } from './lib/play.mjs';

// Longer than any flow; a machine under load is slow.
const LONGEST = 600_000;

const [, , name, file] = process.argv;
const given = JSON.parse(readFileSync(file, 'utf8'));
const { default: flow } = await import(`./flows/${name}.mjs`);
if (given.seen) rest();
const play = await Play.open(name, given);
const late = setTimeout(() => {
  console.error(`${name} did not end within ${LONGEST / 1000} s`);
  process.exit(1);
}, LONGEST);
try {
  await flow(play);
  play.settle();
} catch (fault) {
  console.error(`${name}, ${play.at}: ${fault.stack}`);
  play.faults.forEach((words) => console.error(`also: ${words}`));
  await play.remains();
  process.exitCode = 1;
} finally {
  clearTimeout(late);
  await play.close();
}

// The one clock of the system under test, which reads it from a file.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export class Clock {
  constructor(file) {
    this.file = file;
  }

  // Milliseconds since 1970.
  now() {
    return Number(BigInt(readFileSync(this.file, 'utf8').trim()) / 1000n);
  }

  // Stands at an instant by RFC 3339. Renamed, so that nobody reads half a number.
  set(instant) {
    const next = `${this.file}.from-browser`;
    writeFileSync(next, `${BigInt(Date.parse(instant)) * 1000n}`);
    renameSync(next, this.file);
  }

  forward(seconds) {
    this.set(new Date(this.now() + seconds * 1000).toISOString());
  }
}

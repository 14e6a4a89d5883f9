// Writes more to a journal than the limit on file sizes that it is started with allows, makes room,
// and goes on.
import { truncateSync } from 'node:fs';
import { openJournal } from '../../src/journal/journal.ts';

const [path = ''] = process.argv.slice(2);
await using journal = openJournal(path, (message) => console.log(message));
let text = 'before';
for (let step = 0; step < 3; step += 1) {
  journal.noteTexts(() => [text]);
  await journal.flush();
  text = 'x'.repeat(100_000);
}
truncateSync(path, 5_000);
journal.note({ type: 'finished', outcome: 'success' });

// Writes texts to a journal without end, as fast as a fast model does, and prints before which
// moment how much had been said. For the test that kills it.
import { openJournal } from '../../src/journal/journal.ts';

const [path = ''] = process.argv.slice(2);
const journal = openJournal(path, (message) => process.stderr.write(message));
const texts = ['', ''];

setInterval(() => {
  const turn = Math.random() < 0.01 ? 0 : 1;
  texts[turn] += 'word 👍🏽 '.repeat(1 + Math.floor(Math.random() * 50));
  journal.noteTexts(() => texts);
  process.stdout.write(`${performance.now()} ${texts.join('').length}\n`);
}, 2);

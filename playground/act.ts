// npm run act -- issue-comment | pull-comment | dispatch: the action under act, on this machine.
import { existsSync } from 'node:fs';

import { actEvents, findAct, runAct } from './run-act.ts';
import { heading, showThread } from './show.ts';

const install = `act is not on PATH. Install it (https://nektosact.com/installation, or with Go:
go install github.com/nektos/act@latest), or set MENTION_LOOP_ACT to its path.`;

const event = actEvents.find((name) => name === process.argv[2]);
const act = await findAct();
if (event === undefined) {
  console.error(`npm run act -- EVENT, where EVENT is one of: ${actEvents.join(', ')}.`);
  process.exitCode = 2;
} else if (act === undefined) {
  console.error(install);
  process.exitCode = 2;
} else if (!existsSync('dist/main/index.js')) {
  console.error('dist/ is missing. Build it first: npm run build');
  process.exitCode = 2;
} else {
  const run = await runAct(act, event, (text) => process.stdout.write(text));
  if (run.thread !== '')
    console.log(heading('The thread as it now stands') + showThread(run.thread));
  process.exitCode = run.code;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type GitHubEmulator, startGitHub } from './github/emulator.ts';
import { type ScriptedModel, startModel } from './model.ts';
import { createSample, type Sample, setOrigin } from './sample.ts';
import { callTool, say, type Step } from './script.ts';
import { type Payload, seed, threadOf } from './seed.ts';

/** All that a sample run needs around the action, gone again when it is disposed of. */
export interface Stage extends AsyncDisposable {
  /** A temporary folder; `sample.directory` is in it. */
  folder: string;
  sample: Sample;
  github: GitHubEmulator;
  model: ScriptedModel;
  /** The issue or pull request that the event is about; undefined for none. */
  thread: number | undefined;
}

/** Sets the stage for an event: the sample repository, GitHub with the event on it, the model. */
export async function openStage(event: Payload): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'mention-loop-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const sample = await createSample(join(folder, 'repository'));
  const github = stack.use(
    await startGitHub({
      repository: event.repository.full_name,
      ...(sample.git && { gitDirectory: sample.git.directory }),
    }),
  );
  await setOrigin(sample, `${github.url}/${event.repository.full_name}.git`);
  seed(github.state, event, sample.git?.headSha);
  const model = stack.use(await startModel(sampleScript));
  const owned = stack.move();
  return {
    folder,
    sample,
    github,
    model,
    thread: threadOf(event),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const answer = `\`greet\` puts the name it is given between \`Hello, \` and \`!\`, whatever it is:

\`\`\`js
greet('Ada'); // Hello, Ada!
greet(''); //    Hello, !
\`\`\`

Nothing checks for an empty name. If that is not meant, one line does it:

\`\`\`js
if (name === '') return 'Hello!';
\`\`\`

_These words come from a scripted model, which answers every question like this one; OpenCode, its tools and the action are real. \`npm run try -- --model provider/model\` asks a real model._`;

/** Looks at the repository with a real tool, and then answers word by word. */
function sampleScript(_: unknown, index: number): Step {
  if (index > 0) return say(answer, { chunkChars: 12, delayMs: 40 });
  const look = { command: 'cat src/greet.js', description: 'Look at the greeting' };
  return callTool('bash', look, { text: 'I will look at the code first.' });
}

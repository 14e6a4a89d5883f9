import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const readme = `# hello

A library that greets people.

    import { greet } from './src/greet.js';
    greet('Ada'); // Hello, Ada!
`;
const greet = `/** Greets somebody by name. */
export function greet(name) {
  return 'Hello, ' + name + '!';
}
`;
const capitals = greet.replace(
  "return 'Hello, ' + name + '!'",
  'return `HELLO, ${name.toUpperCase()}!`',
);

/** A small repository. */
export interface Sample {
  directory: string;
  /** Its `.git`, and the head of pull request 2 in it; undefined on a machine without git. */
  git: { directory: string; headSha: string } | undefined;
}

/** Makes the sample repository in a folder that does not exist yet. */
export async function createSample(directory: string): Promise<Sample> {
  await mkdir(join(directory, 'src'), { recursive: true });
  await writeFile(join(directory, 'README.md'), readme);
  await writeFile(join(directory, 'src', 'greet.js'), greet);
  const hasGit = await run('git', ['--version']).then(
    () => true,
    () => false,
  );
  if (!hasGit) return { directory, git: undefined };
  const headSha = await commit(directory);
  return { directory, git: { directory: join(directory, '.git'), headSha } };
}

/** Makes the repository a clone of the one at `url`. */
export async function setOrigin({ directory, git }: Sample, url: string): Promise<void> {
  if (git !== undefined) await run('git', ['-C', directory, 'remote', 'add', 'origin', url]);
}

/** Commits what is there to `main`, and a change to it as a pull request's head; answers with that. */
async function commit(directory: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> => {
    const person = [
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    const { stdout } = await run('git', ['-C', directory, ...person, ...args]);
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=Greet people');
  await writeFile(join(directory, 'src', 'greet.js'), capitals);
  await git('commit', '--quiet', '--all', '--message=Greet in capitals');
  const headSha = await git('rev-parse', 'HEAD');
  await git('update-ref', 'refs/pull/2/head', headSha);
  await git('reset', '--quiet', '--hard', 'HEAD~1');
  return headSha;
}

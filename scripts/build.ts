// Builds dist/ from src/: tsc to build/, then one readable ncc bundle for each entrypoint.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const entrypoints = ['main', 'post', 'serve'].filter((name) => existsSync(`src/${name}.ts`));

async function step(...args: string[]): Promise<void> {
  try {
    await run(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    console.error(`${args.join(' ')} failed:\n${stdout}${stderr}`);
    process.exit(1);
  }
}

/** ncc leaves a package that it does not find to the runner, which has none, and says nothing. */
function checkBundle(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.js'))) {
    const missing = /eval\("require"\)\("([^"]+)"\)/.exec(readFileSync(join(folder, name), 'utf8'));
    if (missing === null) continue;
    console.error(
      `${folder}/${name} lacks the package ${missing[1]}. Run npm install, and build again.`,
    );
    process.exit(1);
  }
}

for (const folder of ['build', ...entrypoints.map((name) => `dist/${name}`)])
  rmSync(folder, { recursive: true, force: true });
await step('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await Promise.all(
  entrypoints.map(async (name) => {
    await step(
      'node_modules/@vercel/ncc/dist/ncc/cli.js',
      'build',
      `build/${name}.js`,
      '-o',
      `dist/${name}`,
      '--license',
      'licenses.txt',
      '-q',
    );
    checkBundle(`dist/${name}`);
  }),
);

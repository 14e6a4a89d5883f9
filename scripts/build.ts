// Builds dist/ from src/: tsc to build/, then one readable ncc bundle for each entrypoint.
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
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

rmSync('build', { recursive: true, force: true });
await step('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await Promise.all(
  entrypoints.map((name) =>
    step(
      'node_modules/@vercel/ncc/dist/ncc/cli.js',
      'build',
      `build/${name}.js`,
      '-o',
      `dist/${name}`,
      '--license',
      'licenses.txt',
      '-q',
    ),
  ),
);

// Runs its arguments under Node 24, the runtime of the action: this Node where it is new enough,
// otherwise the one that npm carries (npm keeps it in its own cache; nothing is installed).
import { spawn } from 'node:child_process';

const NODE_24 = '24.21.0';
const args = process.argv.slice(2);
const isNewEnough = Number.parseInt(process.versions.node, 10) >= 24;
const platform = process.platform === 'win32' ? 'win' : process.platform;
const npm = [
  'exec',
  '--yes',
  `--package=node-${platform}-${process.arch}@${NODE_24}`,
  '--',
  'node',
];
const quiet = ['--disable-warning=ExperimentalWarning'];

if (!isNewEnough) console.error(`This is Node ${process.versions.node}; Node 24 comes from npm.`);
const [file, first] = isNewEnough ? [process.execPath, []] : ['npm', npm];
const child = spawn(file, [...first, ...quiet, ...args], {
  stdio: 'inherit',
  shell: !isNewEnough && process.platform === 'win32',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`Node 24 is needed and could not be started (${error.message}). Install Node 24.`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});

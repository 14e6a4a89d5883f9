#!/usr/bin/env node
// `mention-loop serve ...`: the bundle behind the package's one command.
const [command, ...rest] = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`mention-loop needs Node 24, and this is ${process.versions.node}.`);
  process.exit(2);
}
if (command !== 'serve') {
  console.error('Usage: mention-loop serve [flags]; mention-loop serve --help lists them.');
  process.exit(command === undefined || command === '--help' ? 0 : 2);
}
process.argv.splice(2, process.argv.length, ...rest);
await import('../dist/serve/index.js');

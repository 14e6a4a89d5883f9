// Installs the S3 server that the tests of locks are run against. Needs Go, and some minutes the first
// time; where there is no Go it says so. node scripts/node24.js scripts/minio.ts
import { spawnSync } from 'node:child_process';

import { findMinio, minioFolder, minioModule } from '../playground/minio.ts';

if ((await findMinio()) !== undefined) {
  console.log('MinIO is there.');
} else if (spawnSync('go', ['version']).status === 0) {
  const env = { ...process.env, GOBIN: minioFolder, CGO_ENABLED: '0' };
  const args = ['install', '-trimpath', '-ldflags=-s -w', minioModule];
  const { status } = spawnSync('go', args, { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} else {
  console.log('There is no Go to install MinIO with: the tests that need it say so.');
}

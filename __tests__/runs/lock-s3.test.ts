import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { findMinio, type Minio, startMinio } from '../../playground/minio.ts';
import { createHold, say } from '../../playground/script.ts';
import { openS3Store } from '../../src/lock/s3-store.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { openTurns, until } from './turns.ts';

jest.setTimeout(busyMachineMs);

const path = await findMinio();

if (path === undefined) {
  test('MinIO is not on this machine (scripts/minio.ts, MENTION_LOOP_TEST_MINIO): no run with it', () => {
    expect(path).toBeUndefined();
  });
} else {
  describe('two repositories with one directory of one server', () => {
    let lab: Lab;
    let minio: Minio;
    beforeAll(async () => {
      [lab, minio] = await Promise.all([openLab(), startMinio(path)]);
    }, busyMachineMs);
    afterAll(async () => {
      await lab[Symbol.asyncDispose]();
      await minio[Symbol.asyncDispose]();
    });

    test('take turns by a lock in an S3 store, whose credentials nobody sees', async () => {
      const { bucket, region, endpoint, credentials } = minio.place;
      const how = {
        inputs: { 'lock-store': `s3://${bucket}/runs?region=${region}&endpoint=${endpoint}` },
        env: {
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        },
      };
      await using one = await openTurns(lab, { repository: 'octo-org/one' });
      await using other = await openTurns(lab, { repository: 'octo-org/other' });
      const hold = createHold();
      const { secretAccessKey } = credentials;
      lab.answer([say([`${secretAccessKey} is`, hold, ' one answer.']), say('Another answer.')]);
      const first = await one.start(how);
      await hold.reached;
      const second = await other.start({ ...how, runId: '9000000002' });
      await until(() => second.comments().length === 1);
      expect(second.comments()[0]?.body).toContain('Run 9000000001 is at work here');
      expect(lab.asked).toHaveLength(1);
      hold.release();
      const ended = [await first.end(), await second.end()];
      expect(ended.map(({ outputs }) => outputs['outcome'])).toEqual(['success', 'success']);
      const [{ body } = { body: '' }] = first.comments();
      expect(body).toContain(' one answer.');
      const told = JSON.stringify([ended, one.github.requests, other.github.requests]);
      expect(told).not.toContain(secretAccessKey);
      for (const { github } of [one, other]) {
        const paths = github.requests.map(({ method, path: at }) => `${method} ${at}`);
        expect(paths.filter((at) => /mention-loop|^(?!GET).*\/git\//.test(at))).toEqual([]);
        expect(github.violations).toEqual([]);
      }
      expect(ended.map(({ post }) => post?.log)).toEqual(['', '']);
      const store = openS3Store({ ...minio.place, prefix: 'runs' });
      const key = /runs\/(workspace-\w+)/.exec(ended[0]?.log ?? '')?.[1] ?? '';
      expect(key).not.toBe('');
      const left = await store.read(key, AbortSignal.timeout(30_000));
      // MinIO deletes without a condition, so that nothing is.
      const released = { state: 'released', owner: { runId: '9000000002' } };
      expect(JSON.parse(left?.text ?? '')).toMatchObject(released);
    });
  });
}

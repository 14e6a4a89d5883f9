import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { findHindrance, openScene, type Scene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('the way back to root', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene();
    });
    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
    });

    test('is closed: no set-user-ID program counts, no capability is left', async () => {
      const status = await scene.asAgent('cat /proc/self/status; id');
      const { uid } = scene.isolation.account;
      expect(status).toMatch(new RegExp(String.raw`^Uid:\t${uid}\t${uid}\t${uid}\t${uid}$`, 'm'));
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
        expect(status).toMatch(new RegExp(String.raw`^Cap${set}:\t0+$`, 'm'));
    });

    test('is closed to a set-user-ID program of the system', async () => {
      const attack = 'sudo -n id -u; su -c "id -u" </dev/null; echo "now $(id -u)"';
      const said = await scene.asAgent(attack);
      expect(said).not.toMatch(/^0$/m);
      expect(said).toContain(`now ${scene.isolation.account.uid}`);
      expect(await scene.asJob('sudo -n id -u || id -u')).toMatch(/^0$/m);
    });
  });
}

import { expect, test } from '@jest/globals';

import { createTurnRedactor } from '../../src/outgoing.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { createTranscript, toTurn } from '../../src/turn/assemble.ts';

test('an answer by a schema has no secret at any depth: encoded later, it would not be found any more', () => {
  const secret = 'hush-hush-hush-1234';
  const redactor = createTurnRedactor(createRedactor([secret]));
  const structured = { a: [{ b: `x ${secret}` }, 1, null], [secret]: true };
  const turn = { ...toTurn(createTranscript('ses_1')), structured };
  for (const clean of [redactor.ended(turn), redactor.soFar(turn)])
    expect(clean.structured).toEqual({ a: [{ b: 'x ***' }, 1, null], '***': true });
});

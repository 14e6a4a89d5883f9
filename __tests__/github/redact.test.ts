import { expect, test } from '@jest/globals';

import { startGitHub } from '../../playground/github/emulator.ts';
import { createGitHub } from '../../src/github.ts';
import { createRedactor } from '../../src/redact/redactor.ts';

test('what is written to GitHub passes the redactor, and where it goes does not', async () => {
  await using server = await startGitHub();
  const { owner, name } = server.state;
  const { number } = server.state.addIssue({ author: 'a', title: 't', body: 'b' });
  const { redact } = createRedactor([owner.padEnd(8, owner), 'secret-of-mine', 'labels are too']);
  const github = createGitHub({ token: server.token, apiUrl: server.url, redact });
  const at = { owner, repo: name, issue_number: number };
  await github.rest.issues.createComment({ ...at, body: 'a secret-of-mine b' });
  await github.rest.issues.addLabels({ ...at, labels: ['labels are too', 'bug'] });
  await github
    .graphql('query ($q: String!) { viewer { login } }', { q: 'secret-of-mine' })
    .catch(() => {});
  const bodies = server.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies[0]).toBe('{"body":"a *** b"}');
  expect(bodies[1]).toBe('{"labels":["***","bug"]}');
  expect(bodies[2]).toContain('secret-of-mine');
  expect(server.requests[0]?.path).toContain(`/${owner}/${name}/`);
});

import { expect, jest, test } from '@jest/globals';

import { startGitHub } from '../../playground/github/emulator.ts';
import { createGitHub } from '../../src/github.ts';
import { createRedactor } from '../../src/redact/redactor.ts';

jest.setTimeout(60_000);

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

test('the files of a push arrive to the byte, and all else that it says passes the redactor', async () => {
  await using server = await startGitHub();
  const { owner, name } = server.state;
  const secret = 'secret-of-mine';
  const github = createGitHub({
    token: server.token,
    apiUrl: server.url,
    redact: createRedactor([secret]).redact,
  });
  const at = { owner, repo: name };
  const file = { path: `${secret}.txt`, mode: '100644', type: 'blob' } as const;
  await github.rest.git.createBlob({ ...at, content: secret });
  const { data } = await github.rest.git.createTree({
    ...at,
    tree: [{ ...file, content: `a ${secret}\n` }],
  });
  await github.rest.git.createCommit({ ...at, message: `Fix ${secret}`, tree: data.sha });
  const otherwise = { ...at, ref: secret, sha: secret, content: secret, tree: secret };
  await github.request('POST /repos/{owner}/{repo}/git/refs', otherwise).catch(() => {});
  await github.request(`POST /repos/${owner}/${name}/git/blobs`, { content: secret });
  const bodies = server.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies[0]).toBe(`{"content":"${secret}"}`);
  expect(bodies[1]).toContain(`"path":"${secret}.txt"`);
  expect(bodies[1]).toContain(`"content":"a ${secret}\\n"`);
  for (const body of bodies.slice(2)) expect(body).not.toContain(secret);
  expect(bodies[2]).toContain(`"tree":"${data.sha}"`);
  expect(bodies[2]).toContain('"message":"Fix ***"');
});

/** Words that name a secret. `PATH` and `PWD` stand alone; `SSH_AUTH_SOCK` lets its holder sign. */
const secretNames = new RegExp(
  [
    'TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE',
    'KEYS?(?:_|$)|APIKEY',
    '(?:^|_)(?:AUTH|PAT|PASS|BEARER|COOKIE)(?:_|$)',
    '_PWD$',
  ].join('|'),
  'i',
);

/** Whether a variable's name says that it holds a secret. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name);
}

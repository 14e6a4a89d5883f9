import type { Change, Delivered, LeftOut } from '../changes/change.ts';
import type { Patch } from '../changes/save.ts';
import {
  changesListed,
  leftOutListed,
  patchShownBytes,
  snapshotFileBytes,
} from '../limits/changes.ts';
import { code, codeBlock, plain } from './plain.ts';

/** What the agent changed, and what became of it. */
export interface ChangesFacts {
  changes: readonly Change[];
  leftOut: readonly LeftOut[];
  delivered: Delivered;
  /** Where not all was pushed. */
  patch?: Patch | undefined;
  /** What applies a patch that is in the file `changes.patch`. */
  commands: readonly string[];
  /** The repository's page. */
  repositoryUrl: string;
  runUrl: string;
}

/** The changes as they stand in a comment and in the step summary: each empty, or begins a paragraph. */
export interface ShownChanges {
  comment: string;
  summary: string;
}

/** More files than these are folded. */
const unfoldedFiles = 10;

/**
 * The files, what is left out, and where the changes went; a comment's part is never over 30,000
 * characters, a summary's never over `patchShownBytes` and as much. A file's name is the agent's
 * words: it is shown as code, with escapes for what cannot be seen.
 */
export function renderChanges(facts: ChangesFacts): ShownChanges {
  const { changes, leftOut, patch } = facts;
  if (changes.length === 0) {
    const text = leftOut.length === 0 ? '' : `\n\n${renderLeftOut(leftOut)}`;
    return { comment: text, summary: text };
  }
  const parts = [headline(facts), renderList(changes), renderLeftOut(leftOut)];
  const above = parts.filter((part) => part !== '').join('\n\n');
  if (patch === undefined) return { comment: `\n\n${above}`, summary: `\n\n${above}` };
  const shown = showPatch(facts);
  const isSomewhere = shown !== '' || facts.delivered.patchPath !== undefined;
  const where = `${whereIs(facts, shown !== '')}${isSomewhere ? `\n\n${howTo(facts)}` : ''}`;
  const comment = `\n\n${above}\n\n${where}`;
  return { comment, summary: `${comment}${shown}` };
}

/** How many files and lines, and where they went, in one line. */
export function headline({ changes, delivered, repositoryUrl }: ChangesFacts): string {
  const count = `**${changes.length === 1 ? '1 file' : `${changes.length} files`} changed** (${sum(changes)})`;
  const { commitSha, branch, pull, compareUrl } = delivered;
  if (commitSha === undefined) return `${count}.`;
  const commit = `commit [\`${commitSha.slice(0, 7)}\`](${repositoryUrl}/commit/${commitSha})`;
  const on = branch === undefined ? '' : ` on ${linkBranch(repositoryUrl, branch)}`;
  const page = pull === undefined ? '' : `pull request [#${pull.number}](${pull.url})`;
  const open = compareUrl === undefined ? '' : ` [Open a pull request](${compareUrl}) for it.`;
  if (page === '') return `${count}: ${commit}${on}.${open}`;
  return `${count}: ${pull?.isNew === true ? `${page}, ${commit}` : `${commit} on ${page}`}.${open}`;
}

/** A branch of a pull request has whatever name its author has given it. */
function linkBranch(repositoryUrl: string, branch: string): string {
  const path = branch
    .split('/')
    .map((name) => encodeURIComponent(name).replaceAll(/[!'()*]/g, percent))
    .join('/');
  return `[${code(branch)}](${repositoryUrl}/tree/${path})`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function sum(changes: readonly Change[]): string {
  const all = (which: 'added' | 'removed'): number =>
    changes.reduce((total, { lines }) => total + (lines?.[which] ?? 0), 0);
  return `+${count(all('added'))} −${count(all('removed'))}`;
}

function renderList(changes: readonly Change[]): string {
  const rows = changes.slice(0, changesListed).map(renderRow);
  const rest = changes.length - rows.length;
  const more = rest > 0 ? [`| and ${count(rest)} more | | |`] : [];
  const table = ['| File | Added | Removed |', '|---|--:|--:|', ...rows, ...more].join('\n');
  if (changes.length <= unfoldedFiles) return table;
  return `<details>\n<summary>The files</summary>\n\n${table}\n\n</details>`;
}

function renderRow({ path, previousPath, kind, lines, after }: Change): string {
  const before = previousPath === undefined ? '' : `${nameOf(previousPath)} → `;
  const what = kind === 'added' ? ' (new)' : kind === 'deleted' ? ' (deleted)' : '';
  const link = after?.mode === '120000' ? ' (link)' : '';
  const numbers =
    lines === undefined ? 'binary | ' : `+${count(lines.added)} | −${count(lines.removed)}`;
  return `| ${before}${nameOf(path)}${what}${link} | ${numbers} |`;
}

function renderLeftOut(leftOut: readonly LeftOut[]): string {
  return Object.entries(reasons)
    .map(([why, reason]) => {
      const paths = leftOut.filter((one) => one.why === why).map(({ path }) => nameOf(path));
      if (paths.length === 0) return '';
      const rest = paths.length - leftOutListed;
      const named = paths.slice(0, leftOutListed).join(', ');
      return `Left out, for ${reason}: ${named}${rest > 0 ? ` and ${count(rest)} more` : ''}.`;
    })
    .filter((line) => line !== '')
    .join('\n\n');
}

const reasons: Readonly<Record<LeftOut['why'], string>> = {
  protected: '`protected-paths` names it',
  'code-owners': 'CODEOWNERS gives it an owner',
  secret: 'what may be a secret was added to it',
  name: 'its name is not UTF-8',
  lfs: 'its content is in Git LFS, which the action does not write to',
  unread: `it cannot be read, or is larger than ${snapshotFileBytes / 1024 ** 2} MiB`,
};

/** Where a person finds the patch. */
function whereIs({ patch, delivered, runUrl }: ChangesFacts, isShown: boolean): string {
  if (isShown) return `The patch is in [the run's summary](${runUrl}).`;
  const file =
    delivered.patchPath === undefined
      ? ''
      : ' The output `patch-path` names a file of it, which a later step may upload: it goes with the job.';
  const why =
    patch?.hasSecret === true
      ? 'what may be a secret is in it'
      : (patch?.bytes ?? 0) > patchShownBytes
        ? `it is longer than ${patchShownBytes / 1024} KiB`
        : 'a page does not keep all that is in it';
  return `The patch is not shown, for ${why}.${file}`;
}

function howTo({ commands, patch }: ChangesFacts): string {
  const isPacked = patch?.isPacked === true && patch.text !== undefined;
  const unpack = isPacked ? ['base64 --decode < changes.base64 > changes.patch'] : [];
  const block = `\`\`\`sh\n${[...unpack, ...commands].join('\n')}\n\`\`\``;
  const name = isPacked ? 'changes.base64' : 'changes.patch';
  return `To go on from it, save it as \`${name}\` in a clone, and:\n\n${block}`;
}

/** The patch in a fold; empty where it is not to be shown. */
function showPatch({ patch }: ChangesFacts): string {
  if (patch?.text === undefined) return '';
  const { text, isPacked } = patch;
  const block = codeBlock(text.replace(/\n$/, ''), isPacked ? 'text' : 'diff');
  const title = isPacked ? 'The patch, in base64' : 'The patch';
  return `\n\n<details>\n<summary>${title}</summary>\n\n${block}\n\n</details>`;
}

/** What is not seen, or looks like something else, or would be lost in a page. */
const odd = /["\\]|\p{C}|(?! )\p{Z}|^ | $| {2}/u;

/** A path as code: in quotation marks, with escapes, where there is more to it than can be seen. */
function nameOf(path: string): string {
  if (!odd.test(path)) return code(path);
  const escaped = path.replaceAll(/["\\]|\p{C}|(?! )\p{Z}/gu, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character === '\n') return String.raw`\n`;
    return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
  });
  return code(`"${escaped}"`);
}

function count(number: number): string {
  return plain(number.toLocaleString('en-US'), 20);
}

/** Shown of a list at most, so that a message stays one line. */
const shownNames = 5;

/**
 * The names that somebody may have meant by `wrong`, nearest first, five at most: those that
 * contain it or that it contains, and those within a third of its letters. Letter case is no
 * difference.
 */
export function nearNames(wrong: string, names: readonly string[]): string[] {
  const asked = wrong.toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceOf(asked, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, asked.length / 3))
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, shownNames)
    .map(({ name }) => name);
}

/**
 * A sentence that helps with a name that does not exist: the near ones, else the first few of all.
 * Empty where there are none at all.
 */
export function suggest(wrong: string, names: readonly string[]): string {
  const near = nearNames(wrong, names);
  if (near.length > 0) return `Did you mean ${quote(near, ' or ')}?`;
  if (names.length === 0) return '';
  const rest = names.length - shownNames;
  return `There is ${quote(names.slice(0, shownNames), ', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

function quote(names: readonly string[], separator: string): string {
  return names.map((name) => `\`${name}\``).join(separator);
}

function distanceOf(left: string, right: string): number {
  if (right.includes(left) || (right.length > 2 && left.includes(right))) return 1;
  return editDistance(left, right);
}

/** Letters to add, drop or change (Levenshtein), one row of the table at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

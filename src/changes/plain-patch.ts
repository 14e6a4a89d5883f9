/** A server's patch, and what it could not hold. */
export interface PlainPatch {
  text: string;
  /** The sections that are left out, as they stand there. */
  without: string[];
}

/**
 * What of OpenCode's own patch can be applied: it names binary files, and has not what is in them,
 * and a text in another encoding than UTF-8 is another one in it.
 */
export function plainPatch(patch: string): PlainPatch {
  const sections = patch.split(/^(?=diff --git )/m);
  const isPlain = (section: string): boolean =>
    !/^Binary files .* differ$/m.test(section) && !section.includes('\ufffd');
  const without = sections.filter((section) => !isPlain(section));
  return { text: sections.filter(isPlain).join(''), without };
}

/** The names of the sections' files, as the patch shows them. */
export function namesOf(sections: readonly string[]): string[] {
  return sections.map((section) => /^diff --git (.*)$/m.exec(section)?.[1] ?? '');
}

import { attachmentBytes, attachmentsBytes, attachmentsFetchMs } from '../limits/attachments.ts';
import type { Attachment, Written } from './attachment.ts';
import { readContent } from './content.ts';
import { byWeight } from './find.ts';
import { download, type Downloaded, type Fetching } from './download.ts';

/** Looks up the signed address of an image; undefined where there is none. */
export type FindSigned = (
  from: Written,
  uuid: string,
  signal: AbortSignal,
) => Promise<string | undefined>;

/**
 * Fetches files side by side, within `attachmentsFetchMs`: with the token where there is one, and
 * where GitHub does not give an image to it, by its signed address. Each comes back with what it is
 * by its content, or with why it is left out. Of more than `attachmentsBytes` in all, those of
 * the task and then the newest count. Throws only the signal's reason.
 */
export async function fetchAttachments(
  attachments: readonly Attachment[],
  fetching: Fetching,
  findSigned: FindSigned,
  signal: AbortSignal,
): Promise<Attachment[]> {
  const late = AbortSignal.timeout(attachmentsFetchMs);
  const either = AbortSignal.any([signal, late]);
  const fetched = await Promise.all(
    attachments.map(async (each): Promise<Attachment> => {
      if (each.leftOut !== undefined) return each;
      try {
        return check(each, await fetchOne(each, fetching, findSigned, either));
      } catch {
        signal.throwIfAborted();
        return { ...each, leftOut: `it did not come within ${attachmentsFetchMs / 1000} s` };
      }
    }),
  );
  return boundAll(fetched);
}

async function fetchOne(
  { held, from }: Attachment,
  fetching: Fetching,
  findSigned: FindSigned,
  signal: AbortSignal,
): Promise<Downloaded> {
  const direct = await download(held.url, fetching, signal);
  const isMissing = 'failed' in direct && direct.failed === 'missing';
  if (!isMissing || held.uuid === undefined) return direct;
  const signed = await findSigned(from, held.uuid, signal);
  if (signed === undefined) return direct;
  return await download(signed, { ...fetching, token: undefined }, signal);
}

const reasons = {
  missing: 'GitHub does not give it to this token',
  'too-large': `it is larger than ${attachmentBytes / 1024 ** 2} MiB`,
  elsewhere: "it is not on one of GitHub's hosts",
  unavailable: 'it could not be fetched',
};

function check(attachment: Attachment, downloaded: Downloaded): Attachment {
  if ('failed' in downloaded) return { ...attachment, leftOut: reasons[downloaded.failed] };
  const { content } = downloaded;
  const read = readContent(content, attachment.held.name);
  if ('refused' in read) return { ...attachment, leftOut: read.refused };
  return { ...attachment, file: { mime: read.mime, content } };
}

/** The task's files first, then the newest. */
function boundAll(attachments: readonly Attachment[]): Attachment[] {
  let room = attachmentsBytes;
  const leftOut = new Set<Attachment>();
  for (const each of attachments.toSorted(byWeight)) {
    const bytes = each.file?.content.length ?? 0;
    if (bytes > room) leftOut.add(each);
    else room -= bytes;
  }
  return attachments.map((each) => {
    if (!leftOut.has(each)) return each;
    const { file: _, ...rest } = each;
    return { ...rest, leftOut: `all are larger than ${attachmentsBytes / 1024 ** 2} MiB together` };
  });
}

import { messageOf } from '../errors.ts';
import * as limits from '../limits.ts';
import { headline } from './changes.ts';
import { renderInert } from './outgoing.ts';
import { renderReply, type Reply, type ReplyInput } from './render.ts';

/** Room for the sentences around the text. */
const aroundChars = 3_000;

/**
 * `renderReply`, and where that throws the same words without images, tags and mentions, cut
 * wherever a comment is full: an answer that our Markdown stumbles over must reach the thread all
 * the same.
 */
export function renderAnyReply(input: ReplyInput, warn: (message: string) => void): Reply {
  try {
    return renderReply(input);
  } catch (thrown) {
    warn(`The answer could not be rendered, and is posted as it is: ${messageOf(thrown)}.`);
    return renderPlainReply(input);
  }
}

function renderPlainReply({ turn, facts, changes }: ReplyInput): Reply {
  const { error, texts, answer } = turn;
  const whole = error === undefined && answer !== '' ? answer : texts.join('\n\n');
  const response = whole.toWellFormed();
  const shown = renderInert(response);
  const said = [error?.sentence, changes && headline(changes)].filter(Boolean).join('\n\n');
  const top = said.slice(0, aroundChars / 2);
  const room = limits.commentChars - limits.markerChars - aroundChars;
  const pieces: string[] = [];
  for (let from = 0; from < shown.length; from += room)
    pieces.push(shown.slice(from, from + room).toWellFormed());
  const posted = pieces.slice(0, limits.commentsPerAnswer);
  const [first = 'The agent wrote nothing.', ...others] = posted;
  const rest = `\n\nThe whole of it stands in ${facts.runUrl}.`;
  const comments = [[top, first].filter(Boolean).join('\n\n'), ...others];
  const isCut = pieces.length > posted.length;
  return {
    comments: comments.map((text, index) =>
      isCut && index === comments.length - 1 ? text + rest : text,
    ),
    // UTF-8 takes three bytes of a UTF-16 code unit at most.
    summary: `${top}\n\n${shown.slice(0, limits.summaryBytes / 3 - aroundChars)}`.toWellFormed(),
    response,
    restNotice: rest,
  };
}

import { findActivity, isQuick } from './at-work.ts';
import { type Desk, openDesk, type Permitted } from './desk.ts';
import type { Ending, Obeyed } from './ending.ts';
import { toActionError } from './errors.ts';
import { finish, show } from './finish.ts';
import { isSilent, readTriggerInputs } from './inputs.ts';
import { stopWaitEveryMs, stopWaitMs } from './limits/commands.ts';
import { nothingToStop, renderHelp, renderStatus, renderUnstopped } from './reply/commands.ts';
import { pause } from './turn/pause.ts';

/**
 * Carries out a command that needs no agent, to a finished thread; false for everything else. It
 * reads no input of the agent's, takes no lock, and starts no server.
 */
export async function obey(permitted: Permitted): Promise<boolean> {
  const { trigger, context, stop } = permitted;
  const name = trigger.command?.name;
  if (!isQuick(name)) return false;
  const desk = openDesk(permitted, { isSilent: isSilent(context.env), label: '' });
  const shown = show(desk, { workingLabel: '', progress: 'none' }, stop);
  const ending = await orders[name](desk, stop).catch(toActionError);
  await finish(desk, ending, shown, new AsyncDisposableStack());
  return true;
}

const orders = {
  stop: awaitStop,
  status: async (desk: Desk, signal: AbortSignal): Promise<Ending> => {
    const { runs, last } = await findActivity(desk, signal);
    return told(renderStatus(runs, last, desk.context));
  },
  help: async ({ context }: Desk): Promise<Ending> => {
    const [phrase = ''] = readTriggerInputs(context.env).mentions;
    return told(renderHelp(phrase));
  },
};

/**
 * The runs at work see the stop themselves: this one waits until they have ended. What they had
 * written stands on the thread then, and nothing is added to it. Only what is not seen twice is said
 * not to be there: a run takes its signs off just before its answer comes.
 */
async function awaitStop(desk: Desk, signal: AbortSignal): Promise<Obeyed> {
  const lastAt = Date.now() + stopWaitMs;
  for (let looks = 1, hasSeen = false; ; looks += 1) {
    const { runs, isNews } = await findActivity(desk, signal);
    const meant = runs.filter(({ since }) => isMeant(desk, since));
    hasSeen ||= meant.length > 0 || isNews;
    if (meant.length === 0 && hasSeen) return { ...told(hasEnded), isTold: false };
    if (meant.length === 0 && looks > 1) return told(nothingToStop);
    if (Date.now() >= lastAt) return told(renderUnstopped(meant, desk.context));
    await pause(stopWaitEveryMs, signal);
  }
}

/** Who asks anew behind a stop is not meant. */
function isMeant({ trigger: { happenedAt = '' } }: Desk, since: string): boolean {
  return Date.parse(since) <= Date.parse(happenedAt);
}

const hasEnded = 'What was at work here has ended.';

function told(text: string): Obeyed {
  return { text, isTold: true, reason: 'completed' };
}

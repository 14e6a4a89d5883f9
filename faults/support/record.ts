/** Where a session is, past every proxy. */
export interface SessionAddress {
  url: string;
  directory: string;
  id: string;
}

/** What the server itself holds of the answer: the texts of its last message that has any. */
export async function readAnswer(session: SessionAddress): Promise<string> {
  const messages = (await ask(session, `/session/${session.id}/message`)) as {
    info: { role: string };
    parts: { type: string; text?: string }[];
  }[];
  const texts = messages
    .filter(({ info }) => info.role === 'assistant')
    .map(({ parts }) => parts.flatMap(({ type, text }) => (type === 'text' && text ? [text] : [])));
  return texts.findLast((own) => own.length > 0)?.join('\n\n') ?? '';
}

/** Whether the server says that the session is at work, or waits. */
export async function isAtWork(session: SessionAddress): Promise<boolean> {
  const statuses = (await ask(session, '/session/status')) as Record<string, unknown>;
  return session.id in statuses;
}

async function ask({ url, directory }: SessionAddress, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}?directory=${encodeURIComponent(directory)}`);
  if (!response.ok) throw new Error(`The server answered GET ${path} with ${response.status}.`);
  return await response.json();
}

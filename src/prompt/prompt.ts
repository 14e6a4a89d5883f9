/** What is sent to the agent. */
export interface Prompt {
  /** Instructions about the setting, beside OpenCode's own. */
  system: string;
  /** Reference data first, the task last. */
  text: string;
  /** What the answer must be, as a JSON schema; default text. */
  schema?: Readonly<Record<string, unknown>>;
}

/** A file that goes to the agent before the prompt. */
export interface PromptFile {
  /** As the text names it. */
  name: string;
  /** A media type, by the file's content. */
  mime: string;
  content: Uint8Array;
}

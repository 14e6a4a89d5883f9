/** What is sent to the agent. */
export interface Prompt {
  /** Instructions about the setting, beside OpenCode's own. */
  system: string;
  /** Reference data first, the task last. */
  text: string;
}

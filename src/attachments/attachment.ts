/** The GitHub whose threads are read. */
export interface GitHubServer {
  /** `GITHUB_SERVER_URL`'s. */
  origin: string;
  /** `owner/name`: of no other repository's files is anything fetched. */
  repository: string;
}

/** Something on the thread that may have files attached. */
export interface Written {
  kind: 'opening' | 'comment' | 'review' | 'review-comment';
  /** It is what the agent is asked. */
  isTask: boolean;
  /** Of the comment or the review; of an opening, the thread's number. */
  id: number;
  /** What it is and who wrote it, as the prompt names it. */
  heading: string;
  /** Its text, without what renders nowhere. */
  shown: string;
}

/** A file that GitHub holds, by its address. */
export interface Held {
  /** The same for all addresses of one file. */
  key: string;
  url: string;
  /** As the address has it; undefined for an image, which has none there. */
  name: string | undefined;
  /** The id of an image, by which a signed address of the same is known. */
  uuid: string | undefined;
}

/** A file of the thread, where it stands, and what became of it. */
export interface Attachment {
  held: Held;
  /** From 1, in the order of the thread. */
  number: number;
  from: Written;
  /** What came: checked by its content. */
  file?: { mime: string; content: Uint8Array };
  /** Why the agent does not get it, as the end of "left out: ...". */
  leftOut?: string;
}

import type { Random } from './support/random.ts';

/** What one run came to. */
export interface Outcome {
  /** The fault that was put in, as the table names it. */
  fault: string;
  /** What is wrong with the way the run ended; undefined where it survived. */
  problem: string | undefined;
}

/** One kind of fault: a way to run the action once and break something under it. */
export interface Kind {
  /** As `--only` names it. */
  name: string;
  /** How often it runs where FAULT_RUNS is not set: all kinds together fit into `.ci/run`. */
  defaultRuns: number;
  /**
   * Runs once, two at a time with others. Everything that is left to chance comes from `random`,
   * so that the same seed and index repeat it; `index` counts from 0. A rejection is a problem too.
   */
  run(random: Random, index: number): Promise<Outcome>;
  /** Ends what its runs shared; called once, after all of them. */
  close?: () => Promise<void>;
}

/**
 * Runs tasks side by side and resolves to their results. When one fails, the others are aborted and
 * waited for, so that nothing is still being acquired, and the first error is thrown.
 */
export async function together<Results extends readonly unknown[]>(
  tasks: { [Index in keyof Results]: (signal: AbortSignal) => Promise<Results[Index]> },
  signal: AbortSignal,
): Promise<Results> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const results = await Promise.allSettled(
    tasks.map(async (task) => {
      try {
        return await task(both);
      } catch (thrown) {
        failed.abort(thrown);
        throw thrown;
      }
    }),
  );
  failed.signal.throwIfAborted();
  return results.map((result) =>
    result.status === 'fulfilled' ? result.value : undefined,
  ) as unknown as Results;
}

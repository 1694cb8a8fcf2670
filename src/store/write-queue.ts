/** One piece of work at a time, in the order asked. */
export interface WriteQueue {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all that was asked so far has ended. */
  drained(): Promise<void>;
}

export function createWriteQueue(): WriteQueue {
  let last: Promise<void> = Promise.resolve();
  return {
    run: (work) => {
      const result = last.then(work);
      // Whoever asked gets the failure; the next piece of work only waits for the end.
      last = result.then(ignore, ignore);
      return result;
    },
    drained: () => last,
  };
}

function ignore(): void {}

/** Short against any wait, long against how late a thread that has work to do comes round. */
const turnMs = 250;

/**
 * Calls `onSilence` once nothing was heard for `ms` in which this thread listened; the result stops waiting. A turn that came late counts as no longer
 * than it is, and after it what had arrived is heard first: who stood still (a long judgement, a stopped process) has heard nothing and knows nothing.
 */
export function listenFor(ms: number, onSilence: () => void): () => void {
  let leftMs = ms;
  let timer: NodeJS.Timeout;
  let heard: NodeJS.Immediate | undefined;
  const takeTurn = (): void => {
    const thisTurnMs = Math.min(leftMs, turnMs);
    timer = setTimeout(() => {
      // What waits at the sockets is read between timers and immediates.
      heard = setImmediate(() => {
        leftMs -= thisTurnMs;
        if (leftMs > 0) takeTurn();
        else onSilence();
      });
    }, thisTurnMs);
  };
  takeTurn();
  return () => {
    clearTimeout(timer);
    clearImmediate(heard);
  };
}

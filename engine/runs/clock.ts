/** Time as training sees it; injected, so that tests decide how it passes. */
export interface Clock {
  /** Wall time, ms since 1970. */
  now(): number;
  /** Monotonic time, ms; only differences mean something. */
  elapsed(): number;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** The only rank of a run: what it has is what all have. */
import type { Collectives } from './collectives.ts';

export const SINGLE: Collectives = {
  rank: 0,
  size: 1,
  sum: async () => {},
  broadcast: async () => {},
  gather: async (bytes) => [bytes.slice()],
  exchange: async (bytes) => bytes.slice(),
  barrier: async () => {},
  abort: async (exitCode) => process.exit(exitCode),
  close: async () => {},
};

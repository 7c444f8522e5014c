import { expect, it } from 'vitest';
import { addParts, type Profile } from './cpu-profile.ts';

const frame = (functionName: string, url = '') => ({ functionName, url });
const code = (module: string) => `file:///project/out/engine/${module}`;

it('tells the time within a span from the time outside of it, by the innermost part', () => {
  const profile: Profile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 4] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('scan', code('data/scan/scan.js')) },
      { id: 4, callFrame: frame('step', code('executors/onednn/program.js')), children: [5] },
      { id: 5, callFrame: frame('readSync', 'node:fs') },
    ],
    startTime: 100e6,
    samples: [3, 2, 5, 4, 2, 2],
    timeDeltas: [2e6, 3e6, 1e6, 4e6, 1e6, 5e6],
  };
  const times = { within: new Map(), outside: new Map() };
  addParts(profile, { from: 106e6, to: 112e6 }, times);
  expect([...times.within]).toEqual([
    ['steps: forward, backward, update', 5],
    ['waiting', 1],
  ]);
  expect([...times.outside]).toEqual([
    ['scan of the folder', 2],
    ['waiting', 8],
  ]);
});

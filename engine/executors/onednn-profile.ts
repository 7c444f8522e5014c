/** The time of each kind of call of an entry on oneDNN, for benches. */
import type { Feeds, Module } from '../ir/types.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { ONEDNN_DEVICE } from './onednn/devices.ts';
import { openOneDnn } from './onednn/library.ts';
import { OnednnProgram } from './onednn/program.ts';

/** The program's own number of looks before a thread sleeps, less one: a number of the user's is left as it is. */
const ALWAYS_SPIN = '29999';

interface Kind {
  calls: number;
  ms: number;
}

/** @returns a line for each kind, the slowest first */
export async function profileOnednn(
  module: Module,
  entry: string,
  given: { feeds: Feeds; state: NamedTensors; steps: number; threads: number },
): Promise<string[]> {
  // Calls that follow each other here do not look at how threads wait, so one busy moment would set it for all.
  process.env['GOMP_SPINCOUNT'] ??= ALWAYS_SPIN;
  const library = openOneDnn(ONEDNN_DEVICE);
  const began = performance.now();
  const program = OnednnProgram.create(module, {
    library,
    device: ONEDNN_DEVICE,
    threads: given.threads,
  });
  const compileMs = performance.now() - began;
  await program.writeState(given.state);
  await program.run(entry, given.feeds);
  const calls = program.calls.get(entry)!;
  const least = calls.map(() => Number.POSITIVE_INFINITY);
  for (let step = 0; step < given.steps; step++)
    calls.forEach((call, i) => {
      const start = performance.now();
      if ('run' in call) call.run();
      else library.native.execute(call.primitive, call.args);
      least[i] = Math.min(least[i]!, performance.now() - start);
    });
  const kinds = new Map<string, Kind>();
  calls.forEach((call, i) => {
    const name =
      'run' in call
        ? `host ${call.what} ${call.elements}`
        : program.primitives.nameOf(call.primitive);
    const kind = kinds.get(name) ?? { calls: 0, ms: 0 };
    kinds.set(name, { calls: kind.calls + 1, ms: kind.ms + least[i]! });
  });
  const total = least.reduce((sum, ms) => sum + ms, 0);
  await program.dispose();
  return [
    `${calls.length} calls, ${total.toFixed(1)} ms (least times), compiled in ${compileMs.toFixed(0)} ms`,
    ...[...kinds]
      .sort(([, a], [, b]) => b.ms - a.ms)
      .map(
        ([name, { calls, ms }]) =>
          `${ms.toFixed(2).padStart(9)} ms ${`${calls}`.padStart(5)} ${name}`,
      ),
  ];
}

/** The executor over oneDNN: schedules of graphs run as its primitives on the CPU. */
import type { Entries, Module } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import { stateBytes } from '../../passes/value-bytes.ts';
import { computeThreads } from '../../platform/threads.ts';
import { scheduleGraph } from '../../schedule/schedule-graph.ts';
import type { CompileOptions, Executor, Program, UntypedProgram } from '../executor.ts';
import { ONEDNN_DEVICE, ONEDNN_DEVICES, ONEDNN_TRAITS } from './devices.ts';
import { findOneDnn, openOneDnn } from './library.ts';
import { OnednnProgram } from './program.ts';
import { ONEDNN_KERNELS, prepareOnednnGraph } from './traits.ts';

export const onednnExecutor: Executor = {
  id: 'onednn',
  library: 'koffi',
  kinds: ONEDNN_TRAITS,
  devices: ONEDNN_DEVICES,
  supports: () => [],
  plan: (module, entry, { precision } = {}) => {
    const found = findOneDnn();
    const normalisesColumns = !('reason' in found) && found.normalisesColumns;
    const graph = prepareOnednnGraph(module.entries[entry]!, { precision, normalisesColumns });
    const { arenaBytes, buffers } = scheduleGraph(graph, ONEDNN_KERNELS);
    const given = buffers.filter(
      ({ place, until }) => until >= 0 && (place.kind === 'feed' || place.kind === 'constant'),
    );
    const givenBytes = given.reduce((sum, { bytes }) => sum + bytes, 0);
    return { stateBytes: stateBytes(module), entryBytes: arenaBytes + givenBytes };
  },
  compile: async <E extends Entries>(
    module: Module<E>,
    {
      device = ONEDNN_DEVICE,
      threads = computeThreads(),
      precision = 'float32',
    }: CompileOptions = {},
  ) => {
    verifyModule(module);
    const library = openOneDnn(device);
    const order = { library, device, threads, precision };
    const program: UntypedProgram = OnednnProgram.create(module, order);
    return program as Program<E>;
  },
};

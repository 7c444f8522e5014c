/** The executor over TensorFlow.js: graphs run op by op on one of its backends. */
import { StudioError } from '../../contract/errors.ts';
import type { Entries, Graph, Module } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import { bindPacks } from '../../passes/bind-packs.ts';
import { prepareGraph } from '../../passes/prepare-graph.ts';
import type { CompileOptions, Executor, Program, UntypedProgram } from '../executor.ts';
import { memoryNeed } from '../memory-need.ts';
import { TFJS_DEVICES, TFJS_TRAITS } from './devices.ts';
import { gapsOf } from './gaps.ts';
import { TFJS_LOWERINGS } from './lowerings.ts';
import { TFJS_MEMORY } from './plan.ts';
import { TfjsProgram } from './program.ts';
import { openTensorFlow } from './tensorflow.ts';

export const tfjsExecutor: Executor = {
  id: 'tfjs',
  library: '@tensorflow/tfjs-core',
  kinds: TFJS_TRAITS,
  devices: TFJS_DEVICES,
  supports: gapsOf,
  plan: (module, entry) => {
    const prepare = (graph: Graph) =>
      prepareGraph(graph, (op) => TFJS_LOWERINGS[op] !== 'decomposed');
    return memoryNeed(bindPacks(module).module, entry, prepare, TFJS_MEMORY);
  },
  compile: async <E extends Entries>(
    module: Module<E>,
    { device = 'tfjs-wasm', threads }: CompileOptions = {},
  ) => {
    verifyModule(module);
    const [gap] = gapsOf(module);
    if (gap)
      throw new StudioError(
        'compile-failed',
        `TensorFlow.js cannot run ${gap.op} here: ${gap.reason}`,
        {
          advice: 'Choose another device.',
        },
      );
    const runtime = await openTensorFlow(device, threads);
    const program: UntypedProgram = await TfjsProgram.create(module, runtime);
    return program as Program<E>;
  },
};

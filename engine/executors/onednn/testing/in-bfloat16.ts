/**
 * Programs in bfloat16 on any CPU: where it has no instructions for it, products and chains are computed in
 * float32, and their operands and results rounded, as the lowering does for what has no fast primitive.
 */
import type { Entries, Module } from '../../../ir/types.ts';
import type { Program, UntypedProgram } from '../../executor.ts';
import { ONEDNN_DEVICE } from '../devices.ts';
import { openOneDnn } from '../library.ts';
import { OnednnProgram } from '../program.ts';

export function compileInBfloat16<E extends Entries>(module: Module<E>): Program<E> {
  const library = openOneDnn(ONEDNN_DEVICE);
  const order = { library, device: ONEDNN_DEVICE, threads: 1, precision: 'bfloat16' } as const;
  const program: UntypedProgram = OnednnProgram.create(module, order);
  return program as Program<E>;
}

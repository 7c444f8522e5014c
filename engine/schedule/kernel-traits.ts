/** What an executor's kernels can do, as far as it changes a schedule. */
import { CATALOGUE } from '../ir/catalogue.ts';
import type { Node } from '../ir/types.ts';
import type { ComputeKind, ComputeStep, View } from './schedule.ts';

export interface KernelTraits {
  /** Whether the kernel of `node` reads its operand in this view; otherwise it is copied before. */
  reads(node: Node, operand: number, view: View): boolean;
  /** Whether the kernel that computes `node` last writes it in this view. */
  writes(node: Node, view: View): boolean;
  /**
   * Whether one kernel computes `nodes`, which already belong together, and `node`, a
   * pointwise op on values of theirs.
   */
  joins(nodes: readonly Node[], node: Node): boolean;
  /**
   * Whether the kernel of a composite also computes `node`, a pointwise op on the last of `nodes`, which it
   * computes already. Where it is left out, none does.
   */
  follows?(nodes: readonly Node[], node: Node): boolean;
  /** Whether a kernel writes values that it also uses itself. */
  readonly writesBetween: boolean;
  /**
   * Whether kernels take and give whole tensors, so that movement ops are kernels too, a reshape alone is a
   * view, and numbers that all elements share are tensors. Left out, they read and write in views.
   */
  readonly takesTensors?: boolean;
  /** Whether old states are there until the last step. Left out, next states are written over them. */
  readonly keepsStates?: boolean;
  /**
   * Whether one kernel computes two steps, of which the second does not need the first. Where it is
   * left out, steps stay apart.
   */
  together?(first: ComputeStep, second: ComputeStep): boolean;
}

/** Kernels that are generated: any view, any chain of elementwise ops, several results. */
export const GENERATED_KERNELS: KernelTraits = {
  reads: () => true,
  writes: () => true,
  joins: () => true,
  writesBetween: true,
};

/** Kernels of a runtime that takes and gives whole tensors, each op by itself. */
export function tensorKernels(keepsStates: boolean): KernelTraits {
  return {
    reads: () => true,
    writes: () => true,
    joins: () => false,
    writesBetween: false,
    takesTensors: true,
    keepsStates,
  };
}

/** Composites of which each element depends on the operands' elements there. */
const POINTWISE_COMPOSITES: ReadonlySet<string> = new Set(['gelu', 'geluSlope', 'geluGrad']);

/** Whether each element depends on the operands' elements at the same position alone. */
export function isPointwise({ op }: Node): boolean {
  return CATALOGUE[op].kind === 'elementwise' || POINTWISE_COMPOSITES.has(op);
}

export function computeKind(node: Node): ComputeKind {
  if (isPointwise(node)) return 'elementwise';
  const { kind } = CATALOGUE[node.op];
  if (kind === 'contraction' || node.op === 'linear') return 'product';
  if (kind === 'movement') return 'indexed';
  if (kind === 'reduction' || kind === 'composite') return kind;
  throw new Error(`${node.op} computes nothing`);
}

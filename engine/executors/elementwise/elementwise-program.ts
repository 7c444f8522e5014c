/**
 * Elementwise graphs over whole state tensors, each compiled to one loop that reads and writes each
 * number once. The optimizer's update is such a graph, and it is bound by memory bandwidth. In shared memory
 * several threads compute parts of it, with the same results for any number of them.
 */
import { topological } from '../../ir/graph.ts';
import type { Graph, Node } from '../../ir/types.ts';
import { splitOutputs } from '../../passes/split-outputs.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import type { Feeds } from '../executor.ts';
import { missingFeed } from '../feeds.ts';
import { teamFor } from './loop-team.ts';
import { type Loop, openLoop } from './loops.ts';
import { encodeLoopModule, type Instruction, VECTOR_OPS, type VectorOp } from './wasm-module.ts';
import type { WasmState } from './wasm-state.ts';

export interface ElementwiseProgram {
  run(feeds: Feeds): Promise<void>;
  dispose(): Promise<void>;
}

/** Whether the graph can be compiled to such loops. */
export function isElementwise(graph: Graph): boolean {
  return graph.outputs.every(({ role, node }) => {
    const size = elementCount(node.shape);
    return role === 'state' && topological([node]).every((part) => fitsLoop(part, size));
  });
}

function fitsLoop(node: Node, size: number): boolean {
  if (node.dtype !== 'f32') return false;
  const own = elementCount(node.shape);
  if (node.op === 'input') return own === (node.attrs.role === 'state' ? size : 1);
  if (node.op === 'constant') return own === 1;
  return node.op in VECTOR_OPS && (own === size || own === 1);
}

/**
 * @param graph one for which `isElementwise` holds
 * @param arrayOf memory of a state tensor
 * @param threads that compute, where the memory is shared
 */
export function compileElementwise(
  graph: Graph,
  state: WasmState,
  arrayOf: (name: string) => Float32Array,
  threads = 1,
): ElementwiseProgram {
  const scalars = new ScalarSlots(state.scalars);
  const loops = splitOutputs(graph).map(({ outputs }): Loop => {
    const size = elementCount(outputs[0]!.node.shape);
    const order = topological(outputs.map(({ node }) => node));
    const position = new Map(order.map((node, i) => [node, i]));
    const instructions = order.map((node): Instruction => {
      if (node.op === 'input' && node.attrs.role === 'state')
        return { kind: 'load', byte: arrayOf(node.attrs.name).byteOffset };
      if (node.op === 'input') return { kind: 'scalar', byte: scalars.forFeed(node.attrs.name) };
      if (node.op === 'constant')
        return { kind: 'scalar', byte: scalars.forConstant(Number(node.attrs.data[0])) };
      return {
        kind: node.op as VectorOp,
        operands: node.inputs.map((input) => position.get(input)!),
      };
    });
    const stores = outputs.map(({ name, node }) => ({
      value: position.get(node)!,
      byte: arrayOf(name).byteOffset,
    }));
    const bytes = encodeLoopModule(instructions, stores, state);
    return { module: new WebAssembly.Module(bytes), from: 0, to: size * 4 };
  });
  const team = state.isShared ? teamFor(state.memory, loops, threads) : undefined;
  const runs = team === undefined ? loops.map((loop) => openLoop(state.memory, loop)) : [];
  return {
    async run(feeds) {
      scalars.fill((name) => feeds[name]?.[0] ?? missingFeed(graph.name, name));
      for (const run of runs) run();
      await team?.run();
    },
    dispose: async () => team?.dispose(),
  };
}

/** Memory slots of the numbers that are equal for all elements. */
class ScalarSlots {
  readonly #memory: Float32Array;
  readonly #feeds = new Map<string, number>();
  readonly #constants = new Map<number, number>();

  constructor(memory: Float32Array) {
    this.#memory = memory;
  }

  forFeed(name: string): number {
    return this.#slot(this.#feeds, name) * 4;
  }

  forConstant(value: number): number {
    const slot = this.#slot(this.#constants, value);
    this.#memory[slot] = value;
    return slot * 4;
  }

  fill(feedOf: (name: string) => number): void {
    for (const [name, slot] of this.#feeds) this.#memory[slot] = feedOf(name);
  }

  #slot<K>(slots: Map<K, number>, key: K): number {
    const known = slots.get(key);
    if (known !== undefined) return known;
    const slot = this.#feeds.size + this.#constants.size;
    if (slot >= this.#memory.length) throw new Error('too many scalars in one update');
    slots.set(key, slot);
    return slot;
  }
}

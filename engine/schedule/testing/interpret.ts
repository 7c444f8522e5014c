/**
 * The slow twin of executors that run schedules: step after step, element by element, over one piece
 * of memory. The arena begins full of NaN, so reading what no step has written shows.
 */

import { makeNode } from '../../ir/builder.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { DType, Node } from '../../ir/types.ts';
import { evaluateConstant } from '../../meaning/evaluate.ts';
import { decompose } from '../../passes/decompose.ts';
import { isNarrow, NARROW_FLOATS } from '../../tensor/narrow-floats.ts';
import type { Buffer, ComputeStep, Instruction, Schedule, View } from '../schedule.ts';
import { positionsOf } from '../views.ts';

type Numbers = Float64Array | Int32Array | Uint8Array;
type Memory = Float32Array | Uint16Array | Int32Array | Uint8Array;

/** Tensors by name, flat. */
export type Tensors = Readonly<Record<string, ArrayLike<number>>>;

/** @param state is overwritten with the next states @returns results by name */
export function interpret(
  schedule: Schedule,
  feeds: Tensors,
  state: ReadonlyMap<string, Float32Array> = new Map(),
): Map<string, Numbers> {
  const arena = new Float32Array(schedule.arenaBytes / 4).fill(Number.NaN).buffer;
  const memory = schedule.buffers.map((buffer) => memoryOf(buffer, arena, feeds, state));
  const read = (view: View) => readView(schedule.buffers[view.buffer]!, memory[view.buffer]!, view);
  const write = (view: View, values: ArrayLike<number>) => {
    const { dtype } = schedule.buffers[view.buffer]!;
    let i = 0;
    for (const at of positionsOf(view)) {
      const value = values[i++]!;
      memory[view.buffer]![at] = isNarrow(dtype) ? NARROW_FLOATS[dtype].bitsOf(value) : value;
    }
  };
  for (const step of schedule.steps) {
    if (step.kind === 'copy') write(step.to, read(step.from));
    else if (step.kind === 'fill')
      write(step.to, Array.from(positionsOf(step.to)).fill(step.value));
    else {
      const values = compute(step, step.reads.map(read));
      for (const { value, view } of step.writes) write(view, values[value]!);
    }
  }
  return new Map(schedule.results.map(({ name, view }) => [name, read(view)]));
}

function memoryOf(
  { dtype, elements, place, until }: Buffer,
  arena: ArrayBuffer,
  feeds: Tensors,
  state: ReadonlyMap<string, Float32Array>,
): Memory {
  if (place.kind === 'state') return state.get(place.name)!;
  if (until < 0) return new Uint8Array(0);
  if (place.kind === 'arena') return new ARRAYS[dtype](arena, place.offset, elements);
  const given = place.kind === 'feed' ? feeds[place.name]! : place.data;
  const values = Array.from(given, (value) =>
    isNarrow(dtype) ? NARROW_FLOATS[dtype].bitsOf(value) : value,
  );
  return new ARRAYS[dtype](values);
}

const ARRAYS = {
  f32: Float32Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i32: Int32Array,
  bool: Uint8Array,
};

function emptyNumbers(dtype: DType, count: number): Numbers {
  if (dtype === 'i32') return new Int32Array(count);
  return dtype === 'bool' ? new Uint8Array(count) : new Float64Array(count);
}

function readView({ dtype }: Buffer, memory: Memory, view: View): Numbers {
  const positions = [...positionsOf(view)];
  const values = emptyNumbers(dtype, positions.length);
  positions.forEach((at, i) => {
    values[i] = isNarrow(dtype) ? NARROW_FLOATS[dtype].numberOf(memory[at]!) : memory[at]!;
  });
  return values;
}

function compute({ reads, body }: ComputeStep, operands: readonly Numbers[]): Numbers[] {
  const values: Numbers[] = [];
  for (const instruction of body) values.push(evaluate(instruction, reads, operands, values));
  return values;
}

function evaluate(
  { op, attrs, dtype, shape, operands }: Instruction,
  reads: readonly View[],
  read: readonly Numbers[],
  values: readonly Numbers[],
): Numbers {
  const known = new Map<Node, Numbers>();
  const inputs = operands.map((operand, i): Node => {
    const numbers =
      'read' in operand
        ? read[operand.read]!
        : 'value' in operand
          ? values[operand.value]!
          : Float64Array.of(operand.literal);
    const own = 'read' in operand ? reads[operand.read]!.shape : 'value' in operand ? shape : [];
    const type =
      numbers instanceof Float64Array ? 'f32' : numbers instanceof Int32Array ? 'i32' : 'bool';
    const node = makeNode('input', [], { name: `${i}`, role: 'feed' }, { dtype: type, shape: own });
    known.set(node, numbers);
    return node;
  });
  // Floats of any size are computed in float64.
  const whole = makeNode(op, inputs, attrs, { dtype: isNarrow(dtype) ? 'f32' : dtype, shape });
  const graph = { name: op, outputs: [{ name: 'y', role: 'result', node: whole } as const] };
  const plain = decompose(graph, () => false);
  for (const node of nodesOf(plain)) {
    if (node.op === 'constant') known.set(node, numbersOf(node.attrs.data));
    else if (node.op !== 'input')
      known.set(
        node,
        evaluateConstant(
          node,
          node.inputs.map((input) => known.get(input)!),
        )!,
      );
  }
  return known.get(plain.outputs[0]!.node)!;
}

function numbersOf(data: Float32Array | Numbers): Numbers {
  return data instanceof Float32Array ? Float64Array.from(data) : data;
}

/** Steps on the host: rows by indices, and everything else by the kernels of the reference. */
import { makeNode } from '../../ir/builder.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, Node } from '../../ir/types.ts';
import { evaluateConstant } from '../../meaning/evaluate.ts';
import type { Array64 } from '../../meaning/kernels.ts';
import { decompose } from '../../passes/decompose.ts';
import type { ComputeStep, Instruction } from '../../schedule/schedule.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { isNarrow } from '../../tensor/narrow-floats.ts';
import { copyOnHost } from './copies.ts';
import type { Lowering } from './lowering.ts';
import { denseStrides, type Tensor } from './tensors.ts';

/** Rows of the first axis by constant indices. Operand and target are row-major. */
export function lowerRows(lowering: Lowering, { reads, body, writes }: ComputeStep): void {
  const { op, attrs } = body[0]! as Instruction<'gather' | 'scatterAdd'>;
  const x = lowering.tensorOf(reads[0]!);
  const target = lowering.tensorOf(writes[0]!.view);
  const width = elementCount(x.shape.slice(1));
  const { indices } = attrs;
  const [from, to] = [x, target].map(({ array, offset }) => array.subarray(offset)) as [
    Float32Array,
    Float32Array,
  ];
  if (op === 'scatterAdd' && isNarrow(x.dtype)) throw new Error('sums are float32');
  const whole = elementCount(target.shape);
  lowering.host({
    what: op,
    elements: indices.length * width,
    run() {
      if (op === 'gather')
        for (let row = 0; row < indices.length; row++) {
          const start = indices[row]! * width;
          if (width < 16) for (let i = 0; i < width; i++) to[row * width + i] = from[start + i]!;
          else to.set(from.subarray(start, start + width), row * width);
        }
      else {
        to.fill(0, 0, whole);
        for (let row = 0; row < indices.length; row++) {
          const start = indices[row]! * width;
          for (let i = 0; i < width; i++) to[start + i]! += from[row * width + i]!;
        }
      }
    },
  });
}

/** Where the largest number of each row lies, the first of equal ones. Operand and target are row-major. */
export function lowerArgmax(lowering: Lowering, { reads, writes }: ComputeStep): boolean {
  const x = lowering.tensorOf(reads[0]!);
  if (isNarrow(x.dtype)) return false;
  const target = lowering.tensorOf(writes[0]!.view);
  const width = x.shape.at(-1)!;
  const rows = elementCount(target.shape);
  const [from, to] = [x, target].map(({ array, offset }) => array.subarray(offset)) as [
    Float32Array,
    Int32Array,
  ];
  lowering.host({
    what: 'argmax',
    elements: rows,
    run() {
      for (let row = 0; row < rows; row++) {
        const start = row * width;
        let best = 0;
        let most = from[start]!;
        for (let i = 1; i < width; i++) {
          const value = from[start + i]!;
          if (value > most) {
            most = value;
            best = i;
          }
        }
        to[row] = best;
      }
    },
  });
  return true;
}

/** Any step, instruction after instruction in double precision: right, and slow. */
export function lowerOnHost(lowering: Lowering, { reads, body, writes }: ComputeStep): void {
  const given = reads.map((view) => lowering.tensorOf(view));
  const targets = writes.map(({ value, view }) => ({ value, tensor: lowering.tensorOf(view) }));
  const graphs = body.map((instruction) => graphOf(instruction, given));
  lowering.host({
    what: body.map(({ op }) => op).join(' '),
    elements: Math.max(...body.map(({ shape }) => elementCount(shape))),
    run() {
      const operands = given.map(numbersOf);
      const values: Array64[] = [];
      for (const [i, graph] of graphs.entries())
        values.push(evaluate(graph, body[i]!, operands, values));
      for (const { value, tensor } of targets) writeNumbers(values[value]!, tensor);
    },
  });
}

function graphOf({ op, attrs, dtype, shape, operands }: Instruction, reads: readonly Tensor[]) {
  const inputs = operands.map((operand, i): Node => {
    const own = 'read' in operand ? reads[operand.read]! : { shape: [], dtype: 'f32' as const };
    const type = 'value' in operand ? { shape, dtype } : { shape: own.shape, dtype: own.dtype };
    return makeNode('input', [], { name: `${i}`, role: 'feed' }, type);
  });
  const node = makeNode(op, inputs, attrs, { dtype, shape });
  const graph: Graph = { name: op, outputs: [{ name: 'y', role: 'result', node }] };
  return { inputs, graph: decompose(graph, () => false) };
}

function evaluate(
  { inputs, graph }: ReturnType<typeof graphOf>,
  { operands }: Instruction,
  reads: readonly Array64[],
  values: readonly Array64[],
): Array64 {
  const known = new Map<Node, Array64>();
  operands.forEach((operand, i) => {
    const numbers =
      'read' in operand
        ? reads[operand.read]!
        : 'value' in operand
          ? values[operand.value]!
          : Float64Array.of(operand.literal);
    known.set(inputs[i]!, numbers);
  });
  for (const node of nodesOf(graph)) {
    if (node.op === 'input') continue;
    const { data } = node.attrs as { data: Float32Array | Array64 };
    known.set(
      node,
      node.op === 'constant'
        ? data instanceof Float32Array
          ? Float64Array.from(data)
          : data
        : evaluateConstant(
            node,
            node.inputs.map((input) => known.get(input)!),
          )!,
    );
  }
  return known.get(graph.outputs[0]!.node)!;
}

function numbersOf(tensor: Tensor): Array64 {
  const count = elementCount(tensor.shape);
  const numbers =
    tensor.dtype === 'f32' || isNarrow(tensor.dtype)
      ? new Float64Array(count)
      : tensor.dtype === 'i32'
        ? new Int32Array(count)
        : new Uint8Array(count);
  copyOnHost(scalarsAreRows(tensor), rowMajor(tensor, numbers));
  return numbers;
}

function writeNumbers(numbers: Array64, tensor: Tensor): void {
  copyOnHost(rowMajor(tensor, numbers), scalarsAreRows(tensor));
}

const scalarsAreRows = (tensor: Tensor): Tensor =>
  tensor.shape.length > 0 ? tensor : { ...tensor, shape: [1], strides: [1] };

function rowMajor(tensor: Tensor, array: Array64): Tensor {
  const { shape } = scalarsAreRows(tensor);
  const dtype = isNarrow(tensor.dtype) ? 'f32' : tensor.dtype;
  const place = {
    ...tensor,
    dtype,
    array: array as unknown as Float32Array,
    offset: 0,
    address: 0n,
  };
  return { ...place, shape, strides: denseStrides(shape) };
}

/**
 * Encoder of a WebAssembly module with one loop over vectors of four floats.
 * @source WebAssembly core specification 2.0, binary format and fixed-width SIMD
 */
import { I32, name, section, unsigned, V128, wasmModule } from '../../formats/wasm.ts';

/** SIMD instructions on four floats, by elementwise op. */
export const VECTOR_OPS = {
  abs: 0xe0,
  neg: 0xe1,
  sqrt: 0xe3,
  add: 0xe4,
  sub: 0xe5,
  mul: 0xe6,
  div: 0xe7,
  min: 0xe8,
  max: 0xe9,
} as const;
export type VectorOp = keyof typeof VECTOR_OPS;

/** One value of the loop body; operands are positions in the list of instructions. */
export type Instruction =
  /** four floats from an array that starts at this byte */
  | { readonly kind: 'load'; readonly byte: number }
  /** one float at this byte, repeated; read once before the loop */
  | { readonly kind: 'scalar'; readonly byte: number }
  | { readonly kind: VectorOp; readonly operands: readonly number[] };

/** Destination of a value of the list. */
export interface Store {
  readonly value: number;
  readonly byte: number;
}

/** The memory that a module imports. */
export interface ImportedMemory {
  readonly pages: number;
  readonly isShared: boolean;
}

/**
 * A module that imports `env.memory` and exports `run(from, to)`: for each 16 bytes between, which are at
 * least some, it evaluates the instructions and stores the results. All loads of an iteration come before
 * its stores.
 */
export function encodeLoopModule(
  instructions: readonly Instruction[],
  stores: readonly Store[],
  { pages, isShared }: ImportedMemory,
): Uint8Array<ArrayBuffer> {
  const body = loopBody(instructions, stores);
  const limits = [isShared ? 0x03 : 0x01, ...unsigned(pages), ...unsigned(pages)];
  return wasmModule(
    section(1, [1, 0x60, 2, I32, I32, 0]),
    section(2, [1, ...name('env'), ...name('memory'), 0x02, ...limits]),
    section(3, [1, 0]),
    section(7, [1, ...name('run'), 0x00, 0]),
    section(10, [1, ...unsigned(body.length), ...body]),
  );
}

function loopBody(instructions: readonly Instruction[], stores: readonly Store[]): number[] {
  // local 0: current byte (parameter); 1: end (parameter); 2…: one vector per instruction
  const local = (value: number) => unsigned(value + 2);
  const before = instructions.flatMap((instruction, i) =>
    instruction.kind === 'scalar'
      ? [0x41, 0, 0xfd, 0x09, 2, ...unsigned(instruction.byte), 0x21, ...local(i)]
      : [],
  );
  const inside = instructions.flatMap((instruction, i) => {
    if (instruction.kind === 'scalar') return [];
    const set = [0x21, ...local(i)];
    if (instruction.kind === 'load')
      return [0x20, 0, 0xfd, 0x00, 4, ...unsigned(instruction.byte), ...set];
    const operands = instruction.operands.flatMap((operand) => [0x20, ...local(operand)]);
    return [...operands, 0xfd, ...unsigned(VECTOR_OPS[instruction.kind]), ...set];
  });
  const writes = stores.flatMap(({ value, byte }) => [
    0x20,
    0,
    0x20,
    ...local(value),
    0xfd,
    0x0b,
    4,
    ...unsigned(byte),
  ]);
  const advance = [0x20, 0, 0x41, 16, 0x6a, 0x22, 0, 0x20, 1, 0x49, 0x0d, 0];
  return [
    1,
    ...unsigned(instructions.length),
    V128,
    ...before,
    0x03,
    0x40,
    ...inside,
    ...writes,
    ...advance,
    0x0b,
    0x0b,
  ];
}

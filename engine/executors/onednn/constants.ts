/** Numbers of oneDNN's C interface. @source oneapi/dnnl/dnnl_types.h and dnnl_common_types.h, 3.13 */

export const STATUS: Readonly<Record<number, string>> = {
  1: 'out of memory',
  2: 'invalid arguments',
  3: 'not implemented',
  5: 'runtime error',
};
export const OUT_OF_MEMORY = 1;
export const UNIMPLEMENTED = 3;

export const DATA_TYPES = { f16: 1, bf16: 2, f32: 3, i32: 4, bool: 6 } as const;

export const CPU_ENGINE = 1;
export const IN_ORDER = 1;

export const PROP = { training: 64, inference: 96, backward: 128, backwardData: 160 } as const;

export const BINARY = {
  add: 0x1fff0,
  mul: 0x1fff1,
  max: 0x1fff2,
  min: 0x1fff3,
  div: 0x1fff4,
  sub: 0x1fff5,
} as const;

export const ELTWISE = {
  relu: 0x20,
  square: 0x23,
  abs: 0x24,
  sqrt: 0x25,
  /** alpha·x + beta */
  linear: 0x26,
  exp: 0x2a,
  log: 0x2d,
  /** between alpha and beta */
  clip: 0x2f,
  /** alpha·x^beta */
  pow: 0x30,
  gelu: 0x31,
} as const;

export const REDUCTION_MAX = 0x2fff2;
export const SOFTMAX = 0x30000;
export const LOG_SOFTMAX = 0x30001;

export const NORM = { scale: 2, shift: 4 } as const;

export const ARG = {
  src: 1,
  src1: 2,
  dst: 17,
  weights: 33,
  bias: 41,
  mean: 49,
  variance: 50,
  scale: 51,
  shift: 52,
  diffSrc: 129,
  diffDst: 145,
  diffScale: 255,
  diffShift: 256,
} as const;

/**
 * The argument of the post-operation at `position` is its multiple, plus `ARG.src1`. It was half of that
 * in the first versions 3.
 */
export const POST_OP_BASES = [32768, 16384] as const;

export const QUERY_IMPLEMENTATION = 8;

export const RUNTIME = { sequential: 1, openMp: 2 } as const;

/**
 * Set in the instruction sets that have products of bfloat16, by `process.arch`. Without it the library
 * emulates them. On ARM it does not tell.
 */
export const BFLOAT16_BITS: Readonly<Record<string, number>> = { x64: 0x80 };

type InstructionSet = readonly [bits: number, name: string];

/** Instruction sets by the bits that each adds, the strongest first, by `process.arch`. */
export const INSTRUCTION_SETS: Readonly<Record<string, readonly InstructionSet[]>> = {
  x64: [
    [0xfef, 'AMX'],
    [0x1ef, 'AVX-512 with float16'],
    [0xe7, 'AVX-512 with bfloat16'],
    [0x67, 'AVX-512 with VNNI'],
    [0x27, 'AVX-512'],
    [0x0f, 'AVX2 with VNNI'],
    [0x07, 'AVX2'],
    [0x03, 'AVX'],
    [0x01, 'SSE4.1'],
  ],
  arm64: [
    [0x0f, 'SVE of 512 bits'],
    [0x07, 'SVE of 256 bits'],
    [0x03, 'SVE of 128 bits'],
    [0x01, 'Advanced SIMD'],
  ],
};

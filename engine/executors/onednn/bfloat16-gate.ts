/**
 * Whether the library computes products in bfloat16 fast on this machine. It says so itself: by its
 * instruction set where it names one, by the implementation that it takes, and by what that computes.
 */
import { ARG, BFLOAT16_BITS } from './constants.ts';
import { allocate, arrayIn } from './memory.ts';
import { type Native, StatusError } from './native.ts';
import { Primitives } from './primitives.ts';
import type { Layout, Tensor } from './tensors.ts';

/** Rows and columns of the product that is tried. */
const SIZE = 32;

/**
 * @param instructionSet its name, for the sentence
 * @param architecture `process.arch`
 * @returns why not, in words that complete a sentence; undefined where it does
 */
export function withoutBfloat16(
  native: Native,
  postOpBase: number,
  instructionSet: string,
  architecture: string = process.arch,
): string | undefined {
  const bit = BFLOAT16_BITS[architecture];
  if (bit !== undefined && (native.facts.instructionSet & bit) === 0)
    return `oneDNN computes with ${instructionSet} on this CPU, which has no instructions for bfloat16`;
  const primitives = new Primitives(native, postOpBase);
  try {
    return tryProduct(native, primitives);
  } catch (error) {
    if (error instanceof StatusError)
      return `oneDNN cannot make a product of bfloat16 (${error.message})`;
    throw error;
  } finally {
    primitives.dispose();
  }
}

/** Ones times ones, into both types. */
function tryProduct(native: Native, primitives: Primitives): string | undefined {
  const layout: Layout = { shape: [SIZE, SIZE], strides: [SIZE, 1] };
  const tensor = (dtype: 'f32' | 'bf16'): Tensor => {
    const piece = allocate(native, 4 * SIZE * SIZE);
    const array = arrayIn(piece, dtype, SIZE * SIZE);
    return { ...layout, dtype, array, offset: 0, address: piece.address };
  };
  const ones = tensor('bf16');
  ones.array.fill(0x3f80);
  for (const [dtype, wanted] of [
    ['f32', SIZE],
    // 2^5 in bfloat16
    ['bf16', 0x4200],
  ] as const) {
    const target = tensor(dtype);
    const [operand, result] = [primitives.desc(ones), primitives.desc(target)];
    const product = primitives.find('matmul', [operand, operand, null, result]);
    if (product === undefined) return 'oneDNN has no fast product of bfloat16 on this CPU';
    const status = native.execute(
      product.pointer,
      primitives.args([
        [ARG.src, ones],
        [ARG.weights, ones],
        [ARG.dst, target],
      ]),
    );
    if (status !== 0 || target.array.some((value) => value !== wanted))
      return 'products of bfloat16 by oneDNN are wrong on this CPU';
  }
  return undefined;
}

import { describe, expect, it } from 'vitest';
import * as ir from '../ir/builder.ts';
import type { Module, Node } from '../ir/types.ts';
import { EXECUTORS } from './devices.ts';

/** A state of 64 numbers and its next value. */
function moduleOf(next: Node): Module {
  return {
    state: new Map([['w', { dtype: 'f32', shape: [8, 8] }]]),
    entries: { main: { name: 'main', outputs: [{ name: 'w', role: 'state', node: next }] } },
  };
}

const fed = ir.feed('x', [8, 8]);
const product = moduleOf(ir.matmul(fed, fed));
const ofOldState = moduleOf(ir.matmul(fed, ir.state('w', [8, 8])));
const MATRIX_BYTES = 4 * 64;

describe.each(EXECUTORS.map((executor) => [executor.id, executor] as const))(
  'what a module takes on %s',
  (_, executor) => {
    it('counts its state, and at least what a run is given', () => {
      const { stateBytes, entryBytes } = executor.plan(product, 'main');
      expect(stateBytes).toBeGreaterThanOrEqual(MATRIX_BYTES);
      expect(entryBytes).toBeGreaterThanOrEqual(MATRIX_BYTES);
    });
  },
);

it('a card keeps next values beside the state, the processor writes them in place if it can', () => {
  const [onnxruntime] = EXECUTORS;
  const on = (device: string, module: Module) =>
    onnxruntime!.plan(module, 'main', { device }).entryBytes;
  expect(on('cuda', product) - on('cpu', product)).toBe(MATRIX_BYTES);
  // A product cannot be written over what it reads.
  expect(on('cpu', ofOldState) - on('cpu', product)).toBe(MATRIX_BYTES);
});

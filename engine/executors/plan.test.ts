import { describe, expect, it } from 'vitest';
import * as ir from '../ir/builder.ts';
import type { Module } from '../ir/types.ts';
import { EXECUTORS } from './devices.ts';

/** A state of 64 numbers, replaced by its product with a fed matrix. */
const module: Module = {
  state: new Map([['w', { dtype: 'f32', shape: [8, 8] }]]),
  entries: {
    main: {
      name: 'main',
      outputs: [
        { name: 'w', role: 'state', node: ir.matmul(ir.feed('x', [8, 8]), ir.state('w', [8, 8])) },
      ],
    },
  },
};
const MATRIX_BYTES = 4 * 64;

describe.each(EXECUTORS.map((executor) => [executor.id, executor] as const))(
  'what a module takes on %s',
  (_, executor) => {
    it('counts its state, and at least what a run is given', () => {
      const { stateBytes, entryBytes } = executor.plan(module, 'main');
      expect(stateBytes).toBeGreaterThanOrEqual(MATRIX_BYTES);
      expect(entryBytes).toBeGreaterThanOrEqual(MATRIX_BYTES);
    });
  },
);

it('a card keeps next values beside the state, the processor writes them in place', () => {
  const [onnxruntime] = EXECUTORS;
  const on = (device: string) => onnxruntime!.plan(module, 'main', { device }).entryBytes;
  expect(on('cuda') - on('cpu')).toBe(MATRIX_BYTES);
});

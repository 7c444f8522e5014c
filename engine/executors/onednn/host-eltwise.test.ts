import { expect, it } from 'vitest';
import { ELTWISE } from './constants.ts';
import { lowerEltwiseOnHost } from './host-eltwise.ts';
import type { HostCall, Lowering } from './lowering.ts';
import type { Tensor } from './tensors.ts';

it.each([
  ['pow', 3, -1, [0.5, 2], [6, 1.5]],
  ['pow', 1, 2, [0.5, -2], [0.25, 4]],
  ['linear', 2, 1, [0.5, -2], [2, -3]],
  ['clip', -1, 1, [0.5, -2], [0.5, -1]],
  ['gelu', 0, 0, [0, 1], [0, 0.8413447460685429]],
] as const)('computes %s (%d, %d) in place', (name, alpha, beta, given, wanted) => {
  const calls: HostCall[] = [];
  const lowering = { host: (call: HostCall) => calls.push(call) } as unknown as Lowering;
  const array = Float32Array.of(7, ...given);
  const layout = { dtype: 'f32', shape: [2], strides: [1], offset: 1, address: 0n } as const;
  const tensor: Tensor = { ...layout, array };
  const op = { kind: 'eltwise', op: ELTWISE[name], alpha, beta } as const;
  lowerEltwiseOnHost(lowering, op, tensor, tensor);
  for (const call of calls) call.run();
  expect([...array]).toEqual([7, ...wanted.map(Math.fround)]);
});

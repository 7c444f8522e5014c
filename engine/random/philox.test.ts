import { describe, expect, it } from 'vitest';
import { philox4x32, RandomStream } from './philox.ts';

describe('philox4x32-10', () => {
  it('reproduces the published known answers', () => {
    const out = new Uint32Array(4);
    philox4x32([0, 0, 0, 0], [0, 0], out);
    expect([...out]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const f = 0xffffffff;
    philox4x32([f, f, f, f], [f, f], out);
    expect([...out]).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], out);
    expect([...out]).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
  });

  it('gives each purpose and id its own numbers, the same each time', () => {
    const draw = (...args: ConstructorParameters<typeof RandomStream>) =>
      new RandomStream(...args).uint32();
    expect(draw(7, 'mask', 1, 2)).toBe(draw(7, 'mask', 1, 2));
    const all = [
      draw(7, 'mask', 1, 2),
      draw(7, 'crop', 1, 2),
      draw(7, 'mask', 2, 2),
      draw(8, 'mask', 1, 2),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it('has the moments of uniform and normal numbers', () => {
    const stream = new RandomStream(3, 'test');
    const count = 100_000;
    let sum = 0;
    let square = 0;
    let uniform = 0;
    for (let i = 0; i < count; i++) {
      const x = stream.normal();
      sum += x;
      square += x * x;
      uniform += stream.uniform();
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.02);
    expect(Math.abs(square / count - 1)).toBeLessThan(0.02);
    expect(Math.abs(uniform / count - 0.5)).toBeLessThan(0.005);
  });
});

import { describe, expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import { RandomStream } from '../../random/philox.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { openOneDnn } from './library.ts';
import { OnednnProgram } from './program.ts';
import { takeTestLibrary } from './testing/test-library.ts';

describe.runIf(takeTestLibrary())('gradients of a layer norm on oneDNN', () => {
  const draw = (length: number, random: RandomStream) =>
    Float32Array.from({ length }, () => random.normal());

  it.each([
    [[1, 3], 8],
    [[7, 5], 96],
    [[40, 65], 100],
  ])('over %j rows of %i numbers are one call, and those of the reference', async (lead, width) => {
    const random = new RandomStream(width, 'test');
    const rows = lead.reduce((count, size) => count * size, 1);
    const feeds = {
      x: draw(rows * width, random),
      g: draw(rows * width, random),
      scale: draw(width, random),
    };
    const [x, g] = ['x', 'g'].map((name) => ir.feed(name, [...lead, width]));
    const scale = ir.feed('scale', [width]);
    const toScale = ir.layerNormScaleGrad(x!, g!, 1e-6);
    const module = moduleOf({
      shift: ir.sum(g!, [0, 1]),
      // What reads a gradient stands between it and the next one.
      squares: ir.sumSquares(toScale),
      toScale,
      x: ir.layerNormGrad(x!, scale, g!, 1e-6),
    });
    const order = { library: openOneDnn(ONEDNN_DEVICE), device: ONEDNN_DEVICE, threads: 2 };
    const program = OnednnProgram.create(module, order);
    const calls = program.calls
      .get('main')!
      .flatMap((call) =>
        'run' in call ? [] : program.primitives.nameOf(call.primitive).split(' ')[0]!,
      );
    expect(calls).toEqual(['layerNorm', 'layerNormBackward']);
    const truth = await (await referenceExecutor.compile(module)).run('main', feeds);
    const found = await program.run('main', feeds);
    for (const [name, { data }] of truth)
      for (const [i, value] of data.entries())
        expect(Math.abs(found.get(name)!.data[i]! - value) / (1 + Math.abs(value))).toBeLessThan(
          1e-4,
        );
  });
});

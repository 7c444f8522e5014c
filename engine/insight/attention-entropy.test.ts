import { expect, it } from 'vitest';
import { executorOf } from '../executors/devices.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import { attentionEntropy } from './attention-entropy.ts';
import { attentionCase } from './testing/stored-cases.ts';

const { heads, tokens, probabilities, entropy } = attentionCase;

it.each(probabilities.map((data, block) => ({ data, block })))(
  'is that of PyTorch in block $block',
  async ({ data, block }) => {
    const probs = ir.feed('probs', [1, heads, tokens, tokens]);
    const main = entry('main', {
      feeds: { probs },
      results: { found: attentionEntropy(probs) },
    });
    const program = await executorOf('reference').compile({ state: new Map(), entries: { main } });
    const results = await program.run('main', { probs: Float32Array.from(data) });
    expect(results.get('found').data[0]).toBeCloseTo(entropy[block]!, 6);
    await program.dispose();
  },
);

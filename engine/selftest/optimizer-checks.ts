/** AdamW, clipping and moving average alone, on explicit gradients. */
import type { Module } from '../ir/types.ts';
import { clipScale, updateFeeds, updateOutputs } from '../optim/adamw.ts';
import { elementCount, type HostTensor } from '../tensor/host-tensor.ts';
import { maxError, type Subject, sumSquares } from './checks.ts';
import { constantsOf, type Fixture, fixtureMetadata, tensorOf, wanted } from './fixture-file.ts';

const LIMIT = 2e-6;

interface Group {
  readonly weight_decay: number | 'schedule';
  readonly lr_scale: number;
}

export async function checkOptimizer(
  fixture: Fixture,
  { executor, device, precision, checker }: Subject,
): Promise<void> {
  const groups = fixtureMetadata<Record<string, Group>>(fixture, 'groups');
  const constants = constantsOf({
    betas: fixtureMetadata<[number, number]>(fixture, 'betas'),
    eps: fixtureMetadata<number>(fixture, 'eps'),
  });
  const clip = fixtureMetadata<number>(fixture, 'clip_grad');
  const names = Object.keys(groups);
  const shapeOf = (name: string) => tensorOf(fixture, `initial.param.${name}`).shape;
  const state: Module['state'] = new Map(
    ['param.', 'ema.', 'm.', 'v.', 'grad.'].flatMap((prefix) =>
      names.map((name) => [prefix + name, { dtype: 'f32', shape: shapeOf(name) }] as const),
    ),
  );
  const outputs = updateOutputs(
    names.map((name) => ({
      size: elementCount(shapeOf(name)),
      group: name,
      names: {
        parameter: `param.${name}`,
        gradient: `grad.${name}`,
        firstMoment: `m.${name}`,
        secondMoment: `v.${name}`,
        average: `ema.${name}`,
      },
    })),
    constants,
  );
  const module: Module = { state, entries: { update: { name: 'update', outputs } } };
  const program = await executor.compile(module, { device, precision });
  const copy = (prefix: string, from: string): [string, HostTensor][] =>
    names.map((name) => [prefix + name, tensorOf(fixture, from + name)]);
  await program.writeState(
    new Map([...copy('param.', 'initial.param.'), ...copy('ema.', 'initial.ema.')]),
  );
  const scheduled = (name: string, step: number) =>
    Number(tensorOf(fixture, `schedule.${name}`).data[step]);
  const steps = tensorOf(fixture, 'schedule.lr').data.length;
  for (let step = 0; step < steps; step++) {
    const gradients = new Map(copy('grad.', `grad.step${step}.`));
    const squares = [...gradients.values()].map(({ data }) => sumSquares(data));
    const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    checker.group(
      'gradient norm',
      maxError([norm], wanted(fixture, `step${step}.grad_norm`)),
      LIMIT,
    );
    await program.writeState(gradients);
    const scalars = Object.fromEntries(
      names.map((name) => {
        const { weight_decay: decay, lr_scale: scale } = groups[name]!;
        const weightDecay = decay === 'schedule' ? scheduled('weight_decay', step) : decay;
        return [name, { lr: scheduled('lr', step) * scale, weightDecay }];
      }),
    );
    await program.run(
      'update',
      updateFeeds(constants, scalars, {
        step: step + 1,
        clipScale: clipScale(norm, clip),
        emaMomentum: scheduled('momentum', step),
      }),
    );
    const now = await program.readState();
    for (const name of names) {
      const compare = (ours: string, stored: string, quantity: string) =>
        checker.group(quantity, maxError(now.get(ours)!.data, wanted(fixture, stored)), LIMIT);
      compare(`param.${name}`, `step${step}.param.${name}`, 'parameters');
      compare(`ema.${name}`, `step${step}.ema.${name}`, 'moving average');
      if (step + 1 < steps) continue;
      compare(`m.${name}`, `final.exp_avg.${name}`, 'first moment');
      compare(`v.${name}`, `final.exp_avg_sq.${name}`, 'second moment');
    }
  }
  checker.finish();
  await program.dispose();
}

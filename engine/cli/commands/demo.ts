/** The two-minute proof that it works: real photographs in, a network that tells them apart better out. */
import path from 'node:path';
import type { Recipe } from '../../contract/recipe.ts';
import type { StepEvent } from '../../runs/events.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Command, CommandCall } from '../command.ts';
import { clockText, countOf, countText, percentText } from '../format.ts';
import type { LabelledSamples } from '../parts.ts';
import { followTraining } from '../training.ts';

const SAMPLE_IMAGES = 5000;

/** How the demo went, in numbers. */
export interface Verdict {
  readonly untrained: number;
  readonly teacher: number;
  readonly student: number;
  /** Test images, and what guessing would get right of them. */
  readonly n: number;
  readonly guessing: number;
  readonly lossStart: number;
  readonly lossEnd: number;
  readonly tokenMatch: number;
  readonly chance: number;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Loss and match at the start and the end of a run, each over a twentieth of its steps. */
export function curveEnds(steps: readonly StepEvent[]) {
  const span = Math.max(1, Math.floor(steps.length / 20));
  const first = steps.slice(0, span);
  const last = steps.slice(-span);
  return {
    lossStart: mean(first.map(({ loss }) => loss)),
    lossEnd: mean(last.map(({ loss }) => loss)),
    tokenMatch: mean(last.map(({ score }) => score)),
    chance: last[0]!.chance,
  };
}

/**
 * What two accuracies on the same `n` images may differ by through chance alone, in 19 of 20 cases:
 * as if they were independent, which is more than their real spread.
 */
export function chanceGap(a: number, b: number, n: number): number {
  return 1.96 * Math.sqrt((a * (1 - a) + b * (1 - b)) / n);
}

export function verdictText(verdict: Verdict): string {
  const { untrained, teacher, student, n, guessing } = verdict;
  const points = (value: number) => `${value >= 0 ? '+' : ''}${(value * 100).toFixed(1)} points`;
  const gap = chanceGap(teacher, untrained, n);
  const onTheWay =
    teacher > untrained &&
    verdict.lossEnd < verdict.lossStart &&
    verdict.tokenMatch > verdict.chance;
  const learned = onTheWay && teacher - untrained > gap;
  return [
    'Verdict',
    `  kNN accuracy on ${countText(n)} labelled test photographs (pre-training used no labels; chance level ${percentText(guessing, 0)}):`,
    `    the same network, untrained      ${percentText(untrained)}`,
    `    pre-trained, teacher (exported)  ${percentText(teacher)}  (${points(teacher - untrained)})`,
    `    pre-trained, student             ${percentText(student)}  (${points(student - untrained)})`,
    `  Loss ${verdict.lossStart.toFixed(2)} → ${verdict.lossEnd.toFixed(2)}; token match ${percentText(verdict.tokenMatch)}, chance ${percentText(verdict.chance)}.`,
    learned
      ? `  Pre-training improved the features: the gain is more than the ${(gap * 100).toFixed(1)} points that chance can give.`
      : onTheWay
        ? `  A little better, but chance can give ${(gap * 100).toFixed(1)} points: train longer to be sure.`
        : '  Pre-training did not improve the features; please report this with the lines above.',
  ].join('\n');
}

/** kNN accuracy of each network on the test photographs; every photograph is read once. */
async function knn(
  { parts }: CommandCall,
  request: { readonly recipe: Recipe; readonly device: string },
  networks: readonly NamedTensors[],
  train: LabelledSamples,
  test: LabelledSamples,
): Promise<number[]> {
  const { knnAccuracy } = await import('../../tasks/knn/knn.ts');
  const known = await parts.features({ ...request, networks, samples: train.samples });
  const asked = await parts.features({ ...request, networks, samples: test.samples });
  return networks.map((_, i) =>
    knnAccuracy({
      train: known[i]!,
      trainLabels: train.labels,
      test: asked[i]!,
      testLabels: test.labels,
      classes: train.classes.length,
    }),
  );
}

export const command: Command = {
  name: 'demo',
  positionals: [],
  options: {
    out: { value: 'DIR', help: 'Where everything goes (default ./demo-workspace).' },
    steps: { value: 'N', help: 'Shorter or longer than the usual three minutes.' },
    count: { value: 'N', help: `How many photographs to train on (default ${SAMPLE_IMAGES}).` },
    device: { value: 'DEVICE', help: 'auto (default), cpu, …; see: conmim devices' },
  },
  async run(call) {
    const { args, out, host, parts } = call;
    const began = host.now();
    const folder = path.resolve(host.cwd, args.text('out') ?? 'demo-workspace');
    const photos = path.join(folder, 'cifar10');
    const count = args.integer('count') ?? SAMPLE_IMAGES;
    const steps = args.integer('steps');
    const device = args.text('device') ?? 'auto';

    out.note('1/4  Fetching real photographs (CIFAR-10)');
    const sample = await parts.sampleData('cifar10', {
      out: photos,
      train: count,
      onProgress: () => {},
    });
    out.note(`     ${countOf(sample.train + sample.test, 'image')} in ${photos}`);

    out.note('2/4  Pre-training without labels');
    const { loadRecipe } = await import('../../recipes/load.ts');
    const { recipe } = loadRecipe('micro', steps === undefined ? {} : { steps });
    const curve: StepEvent[] = [];
    const { run, done } = await followTraining(call, ({ onRun, onEvent, onDeviceCheck }) =>
      parts.pretrain({
        workspace: folder,
        name: 'demo',
        data: [path.join(photos, 'train')],
        recipe,
        device,
        onRun,
        onDeviceCheck,
        onEvent(event) {
          if (event.type === 'step') curve.push(event);
          onEvent(event);
        },
      }),
    );
    if (run === undefined || done === undefined) return;

    out.note('3/4  Exporting the weights');
    const file = path.join(run.dir, 'exports', 'teacher.safetensors');
    const request = { workspace: folder, run: run.dir } as const;
    const written = await parts.exportNetwork({ ...request, network: 'teacher', out: file });
    out.record({ type: 'export', ...written });
    out.result(`Exported and verified: ${written.path}`);

    out.note('4/4  Comparing with the same network untrained');
    const train = await parts.labelledSamples(path.join(photos, 'train'));
    const test = await parts.labelledSamples(path.join(photos, 'test'));
    const networks = [
      await parts.untrainedNetwork(recipe),
      await parts.readNetwork({ ...request, network: 'teacher' }),
      await parts.readNetwork({ ...request, network: 'student' }),
    ];
    const accuracies = await knn(call, { recipe, device: run.device }, networks, train, test);
    const verdict: Verdict = {
      untrained: accuracies[0]!,
      teacher: accuracies[1]!,
      student: accuracies[2]!,
      n: test.labels.length,
      guessing: 1 / train.classes.length,
      ...curveEnds(curve),
    };
    out.record({ type: 'verdict', ...verdict });
    out.result(`\n${verdictText(verdict)}`);
    out.result(`  Everything took ${clockText((host.now() - began) / 1000)} and lies in ${folder}`);
  },
};

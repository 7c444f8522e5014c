/** Training and evaluation of the heads of a probe's module on rows of features. */
import type { Program } from '../../executors/executor.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import { cosineSchedule } from '../../optim/schedules.ts';
import { RandomStream } from '../../random/philox.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { type ProbeEntries, type ProbeShape, probeModule } from './probe-module.ts';
import { gatherStandardised, type Standard } from './standardise.ts';

/** Standardised features, and the class of every row. */
export interface HeadRows {
  readonly rows: FeatureRows;
  readonly labels: ArrayLike<number>;
  readonly chosen: Int32Array;
  readonly standard: Standard;
}

export interface HeadTraining extends HeadRows {
  readonly epochs: number;
  readonly seed: number;
  /** One per head. */
  readonly learningRates: readonly number[];
}

/** Train from zero. Images of an epoch that do not fill a batch are left out, others each time. */
export async function trainHeads(
  program: Program<ProbeEntries>,
  shape: ProbeShape,
  { rows, labels, chosen, standard, learningRates, epochs, seed }: HeadTraining,
): Promise<void> {
  const { batchSize: B, width } = shape;
  await program.writeState(zeros(shape));
  const stepsPerEpoch = Math.floor(chosen.length / B);
  const factors = cosineSchedule({
    base_value: 1,
    final_value: 0,
    epochs,
    niter_per_ep: stepsPerEpoch,
  });
  const features = new Float32Array(B * width);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = new RandomStream(seed, 'probe', epoch, 1).shuffle(chosen.slice());
    for (let batch = 0; batch < stepsPerEpoch; batch++) {
      const members = order.subarray(batch * B, (batch + 1) * B);
      gatherStandardised(rows, members, standard, features);
      const factor = factors[epoch * stepsPerEpoch + batch]!;
      await program.run('step', {
        features,
        labels: members.map((row) => labels[row]!),
        rates: Float32Array.from(learningRates, (rate) => rate * factor),
      });
    }
  }
}

function zeros(shape: ProbeShape): NamedTensors {
  return new Map(
    [...probeModule(shape).state].map(([name, { shape }]): [string, HostTensor] => [
      name,
      { dtype: 'f32', shape, data: new Float32Array(shape.reduce((a, b) => a * b)) },
    ]),
  );
}

export async function scoreHeads(
  program: Program<ProbeEntries>,
  { heads: H, classes: C, batchSize: B, width }: ProbeShape,
  { rows, labels, chosen, standard }: HeadRows,
): Promise<{ accuracy: number; loss: number | null }[]> {
  const tally = Array.from({ length: H }, () => ({ right: 0, loss: 0 }));
  const features = new Float32Array(B * width);
  for (let start = 0; start < chosen.length; start += B) {
    const members = chosen.subarray(start, start + B);
    gatherStandardised(rows, members, standard, features);
    const results = await program.run('scores', { features });
    const logits = results.get('logits').data;
    for (const [i, row] of members.entries())
      for (const [h, sums] of tally.entries()) {
        const at = (i * H + h) * C;
        const own = labels[row]!;
        const scores = logits.subarray(at, at + C);
        const highest = Math.max(...scores);
        let sum = 0;
        for (const score of scores) sum += Math.exp(score - highest);
        sums.right += Number(scores.indexOf(highest) === own);
        sums.loss += highest + Math.log(sum) - scores[own]!;
      }
  }
  return tally.map(({ right, loss }) => ({
    accuracy: right / chosen.length,
    loss: Number.isFinite(loss) ? loss / chosen.length : null,
  }));
}

import { expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { type Box, boxCost, boxLoss, predictedBox } from './box-loss.ts';

const weights = { class: 0, noObject: 0, box: 5, giou: 2, mask: 0, dice: 0 };

const lossOf = (logits: readonly number[], wanted: Box) =>
  boxLoss(predictedBox(logits, 0), wanted, weights, 0.5, new Float64Array(4), 0);

it('has the slopes of its value, whether boxes overlap, enclose each other or are apart', () => {
  const random = new RandomStream(1, 'test');
  for (let i = 0; i < 500; i++) {
    const logits = Array.from({ length: 4 }, () => 2 * random.normal());
    const wanted = Array.from({ length: 4 }, () => random.between(0.05, 0.95)) as unknown as Box;
    const slopes = new Float64Array(4);
    boxLoss(predictedBox(logits, 0), wanted, weights, 0.5, slopes, 0);
    for (let at = 0; at < 4; at++) {
      const moved = (by: number) => logits.map((value, j) => (j === at ? value + by : value));
      const numeric = (lossOf(moved(1e-6), wanted) - lossOf(moved(-1e-6), wanted)) / 2e-6;
      expect(Math.abs(numeric - slopes[at]!), `${i} at ${at}`).toBeLessThan(1e-6);
    }
  }
});

it('is 0 for the same box, and costs least there', () => {
  const logits = [0.3, -0.2, -1, 0.4];
  const box = predictedBox(logits, 0);
  expect(lossOf(logits, box)).toBeCloseTo(0, 12);
  expect(boxCost(box, box, weights)).toBeCloseTo(-2, 12);
  expect(boxCost(box, [0.2, 0.2, 0.1, 0.1], weights)).toBeGreaterThan(-2);
});

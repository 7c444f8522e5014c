import { expect, it } from 'vitest';
import { learningFigure } from './learning-figure.ts';
import { learningEvent } from './testing/learning-event.ts';

const report = {
  id: 'r1',
  name: 'chest & lungs',
  dir: '/runs/r1',
  totalSteps: 100,
  alarms: [],
};

it('tells ticks apart that lie close together', () => {
  const svg = learningFigure({
    ...report,
    measurements: [
      learningEvent(10, { attentionEntropy: [0.991, 0.995] }),
      learningEvent(20, { attentionEntropy: [0.992, 0.998] }),
    ],
  });
  const from = svg.indexOf('>Attention entropy<');
  const texts = [...svg.slice(from, svg.indexOf('</g>', from)).matchAll(/>([\d.]+ %)</g)];
  const ticks = texts.map(([, text]) => text);
  expect(ticks.length).toBeGreaterThan(2);
  expect(new Set(ticks).size).toBe(ticks.length);
});

it('leaves out what was not measured, and escapes names', () => {
  const svg = learningFigure({ ...report, measurements: [learningEvent(10)] });
  expect(svg).toContain('What chest &amp; lungs learns');
  expect(svg).not.toContain('Online kNN');
  const labelled = learningEvent(10, { knnAccuracy: 0.4, knnChance: 0.1, knnImages: 100 });
  expect(learningFigure({ ...report, measurements: [labelled] })).toContain('Online kNN');
});

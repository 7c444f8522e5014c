import { expect, it } from 'vitest';
import { calibrationText, confidenceGap } from './calibration-text.ts';

it.each([
  [0.02, 0.02, 'Calibration error (ECE) 2.0 %: well calibrated'],
  [0.094, 0.09, 'Calibration error (ECE) 9.4 %: overconfident'],
  [0.2, -0.2, 'Calibration error (ECE) 20.0 %: underconfident'],
  [
    0.1,
    0.01,
    'Calibration error (ECE) 10.0 %: overconfident in some ranges, underconfident in others',
  ],
  [0.1, undefined, 'Calibration error (ECE) 10.0 %: not well calibrated'],
])('an error of %d with a gap of %d has one verdict', (error, gap, text) => {
  expect(calibrationText(error, gap)).toBe(text);
});

it('the gap is over all images', () => {
  const bins = [
    { images: 0, accuracy: null, confidence: null },
    { images: 30, accuracy: 0.6, confidence: 0.8 },
    { images: 10, accuracy: 0.9, confidence: 0.7 },
  ];
  expect(confidenceGap(bins)).toBeCloseTo(0.1, 12);
  expect(confidenceGap([])).toBe(0);
});

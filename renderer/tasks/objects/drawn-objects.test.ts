import { expect, it } from 'vitest';
import { labelsOfObjects, objectsText } from '../../ui/label-overlay/drawn-objects.ts';
import { type Mistake, objectsOf, type Side } from './drawn-objects.ts';

const mistake: Mistake = {
  path: '/images/a.jpg',
  width: 40,
  height: 30,
  missed: 1,
  wrong: 1,
  AP: 0.25,
  truths: [
    { label: 1, box: [0, 0, 4, 4] },
    { label: 1, box: [8, 8, 4, 4], crowd: true },
  ],
  found: [
    { label: 0, box: [0, 0, 5, 4], score: 0.9, outlines: [[0, 0, 5, 0, 5, 4]] },
    { label: 1, box: [9, 9, 4, 4], score: 0.3 },
  ],
};
const names = { classes: ['car', 'dog'], colours: ['#ff0000', '#00ff00'] };

const labelsOf = (side: Side, threshold: number) =>
  labelsOfObjects(mistake, objectsOf(mistake, side, threshold), names);
const textOf = (side: Side, threshold: number) =>
  objectsText(objectsOf(mistake, side, threshold), names);

it('draws what was found from a score on, and all that was labelled', () => {
  expect(labelsOf('found', 0.5)).toEqual({
    width: 40,
    height: 30,
    boxes: [
      {
        box: [0, 0, 5, 4],
        class: 'car 90 %',
        colour: '#ff0000',
        crowd: false,
        outlines: [[0, 0, 5, 0, 5, 4]],
      },
    ],
  });
  expect(labelsOf('found', 0.3).boxes).toHaveLength(2);
  expect(labelsOf('truths', 0.95).boxes.map(({ crowd }) => crowd)).toEqual([false, true]);
});

it('counts the objects of each class', () => {
  expect(textOf('truths', 0.5)).toBe('2 dog');
  expect(textOf('found', 0.2)).toBe('1 car, 1 dog');
  expect(textOf('found', 0.95)).toBe('nothing');
});

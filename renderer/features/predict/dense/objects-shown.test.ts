import { expect, it } from 'vitest';
import { objectsText } from '../../../ui/label-overlay/drawn-objects.ts';
import { namesOf, shownImage } from './objects-shown.ts';

it('shows the objects of a score and a class', () => {
  const names = namesOf({
    classes: [
      { name: 'car', colour: '#ff0000' },
      { name: 'dog', colour: '#00ff00' },
    ],
  });
  const found = (label: number, score: number) => ({
    label,
    score,
    box: [0, 0, 4, 4] as [number, number, number, number],
  });
  const objects = [found(0, 0.9), found(1, 0.5), found(0, 0.2)];
  const image = { row: 0, path: '/a.png', width: 8, height: 8, objects };
  const shown = (threshold: number, chosen?: string) =>
    objectsText(shownImage(image, names, { threshold, chosen }).objects, names);
  expect(shown(0.5)).toBe('1 car, 1 dog');
  expect(shown(0.05)).toBe('2 car, 1 dog');
  expect(shown(0.05, 'dog')).toBe('1 dog');
  expect(shown(0.95)).toBe('nothing');
});

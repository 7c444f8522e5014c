import { expect, it } from 'vitest';
import { packGroups } from './pack-groups.ts';

it('packs each group in order, opens a pack where one is full, and leaves out what is not trained', () => {
  const specs = [
    { name: 'a', shape: [3] },
    { name: 'frozen', shape: [9] },
    { name: 'b', shape: [2, 2] },
    { name: 'other', shape: [1] },
    { name: 'large', shape: [20] },
    { name: 'c', shape: [1] },
  ];
  const groupOf = (name: string) =>
    name === 'frozen' ? undefined : name === 'other' ? 'plain' : 'decayed';
  expect(packGroups(specs, groupOf, 8)).toEqual([
    { group: 'decayed', pack: 'decayed', members: ['a', 'b'], size: 7 },
    { group: 'plain', pack: 'plain', members: ['other'], size: 1 },
    { group: 'decayed', pack: 'decayed.1', members: ['large'], size: 20 },
    { group: 'decayed', pack: 'decayed.2', members: ['c'], size: 1 },
  ]);
});

import { expect, it } from 'vitest';
import { ofOneKind, severalDevices } from './rank-devices.ts';

const device = (id: string, more: object = {}) => ({
  id,
  name: `A ${id}`,
  kind: id.startsWith('cpu') ? ('cpu' as const) : ('gpu' as const),
  available: true,
  ...more,
});

it('offers the devices of which there are several of a kind', () => {
  const found = [
    device('cpu'),
    device('cpu:onednn'),
    device('cuda'),
    device('cuda:1'),
    device('cuda:2', { available: false }),
    device('webgpu'),
  ];
  expect(severalDevices(found).map(({ id }) => id)).toEqual(['cuda', 'cuda:1']);
  expect(severalDevices([device('cpu'), device('webgpu')])).toEqual([]);
});

it('keeps the kind that was chosen last', () => {
  expect(ofOneKind(['cuda', 'cuda:1'])).toEqual(['cuda', 'cuda:1']);
  expect(ofOneKind(['cuda', 'cuda:1', 'webgpu'])).toEqual(['webgpu']);
  expect(ofOneKind([])).toEqual([]);
});

import { expect, it } from 'vitest';
import { attentionRequest, FIRST_DRAFT } from './attention-request.ts';

it('takes the newest checkpoint beside the untrained network, on images of its training', () => {
  expect(attentionRequest('run', FIRST_DRAFT, ['/photos'])).toEqual({
    networks: [{ reference: 'run' }, { reference: 'run', untrained: true }],
    images: ['/photos'],
    count: 4,
  });
});

it('orders checkpoints, and ends with another network', () => {
  const draft = { ...FIRST_DRAFT, checkpoints: [80, 3], untrained: false, other: ' other ' };
  expect(attentionRequest('run', { ...draft, images: '/cat.png' }, ['/photos'])).toEqual({
    networks: [
      { reference: 'run', checkpoint: 3 },
      { reference: 'run', checkpoint: 80 },
      { reference: 'other' },
    ],
    images: ['/cat.png'],
    count: 4,
  });
});

it('keeps to as many networks as the studio takes', () => {
  const checkpoints = Array.from({ length: 20 }, (_, i) => i);
  const networks = attentionRequest('run', { ...FIRST_DRAFT, checkpoints }, ['/photos'])!.networks;
  expect(networks).toHaveLength(8);
  expect(networks.at(-2)).toEqual({ reference: 'run', checkpoint: 19 });
  expect(networks.at(-1)).toEqual({ reference: 'run', untrained: true });
});

it('asks for nothing without images', () => {
  expect(attentionRequest('file', FIRST_DRAFT, [])).toBeUndefined();
});

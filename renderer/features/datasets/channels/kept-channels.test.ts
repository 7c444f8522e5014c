import { expect, it } from 'vitest';
import { NO_CHANNELS } from './channel-fields.ts';
import { keepChannels, keptChannels } from './kept-channels.ts';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
}

it('keeps what was typed of each data set', () => {
  const one = storage();
  expect(keptChannels('a', one)).toEqual(NO_CHANNELS);
  keepChannels('a', { channels: '4,5,1', window: '0,9' }, one);
  expect(keptChannels('a', one)).toEqual({ channels: '4,5,1', window: '0,9' });
  expect(keptChannels('b', one)).toEqual(NO_CHANNELS);
  keepChannels('a', NO_CHANNELS, one);
  expect(keptChannels('a', one)).toEqual(NO_CHANNELS);
});

it('is as without a choice where nothing can be kept', () => {
  const none = {
    getItem: () => 'not JSON',
    setItem: () => {
      throw new Error('full');
    },
  } as unknown as Storage;
  expect(keptChannels('a', none)).toEqual(NO_CHANNELS);
  keepChannels('a', { channels: '1', window: '' }, none);
});

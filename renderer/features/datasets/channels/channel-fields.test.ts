import { expect, it } from 'vitest';
import { channelProblems, NO_CHANNELS, pictureViewOf } from './channel-fields.ts';

it('shows what is typed, counted from 1', () => {
  expect(pictureViewOf(NO_CHANNELS, 6)).toBeUndefined();
  expect(pictureViewOf({ channels: '6,5,4', window: '' }, 6)).toEqual({ channels: [5, 4, 3] });
  expect(pictureViewOf({ channels: '2', window: '' }, 2)).toEqual({ channels: [1] });
  expect(pictureViewOf({ channels: '', window: '0,4095' }, 6)).toEqual({
    channels: [0, 1, 2],
    window: [0, 4095],
  });
  expect(pictureViewOf({ channels: '', window: '0,1' }, 1)?.channels).toEqual([0]);
  const second = { channels: [0], window: 'metadata:2' };
  expect(pictureViewOf({ channels: '', window: 'metadata:2' }, 1)).toEqual(second);
});

it('says what is wrong, and shows nothing of it', () => {
  for (const channels of ['7', '0', '1,2', 'red', '1,2,3,4']) {
    expect(channelProblems({ channels, window: '' }, 6).channels).toMatch(/from 1 to 6/);
    expect(pictureViewOf({ channels, window: '' }, 6)).toBeUndefined();
  }
  for (const window of ['5', '5,5', 'a,b', '1,2,3', 'metadata:0'])
    expect(channelProblems({ channels: '', window }, 6).window).toMatch(/Two different/);
});

import { expect, it } from 'vitest';
import { pictureViewText, readPictureView } from './picture-view.ts';

it.each([
  ['0,1,2', { channels: [0, 1, 2] }],
  ['4', { channels: [4] }],
  ['5,0,0:-100,1e3', { channels: [5, 0, 0], window: [-100, 1000] }],
  ['1:9,2', { channels: [1], window: [9, 2] }],
  ['0:metadata', { channels: [0], window: 'metadata' }],
  ['0:metadata:2', { channels: [0], window: 'metadata:2' }],
])('reads %s, and writes it so that it is read again', (text, view) => {
  expect(readPictureView(text)).toEqual(view);
  expect(readPictureView(pictureViewText(readPictureView(text)!))).toEqual(view);
});

it.each([
  '',
  '0,1',
  '0,1,2,3',
  '-1',
  '0.5',
  '32',
  'a',
  '0:1',
  '0:1,1',
  '0:1,2,3',
  '0:1,x',
  '0:1,2:3',
  '0:metadata:0',
  '0:type',
  '0:',
])('refuses "%s"', (text) => {
  expect(readPictureView(text)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { DrawQueue } from './draw-queue.ts';

function queueWith(drawMs: number) {
  let now = 0;
  const frames: (() => void)[] = [];
  const drawn: string[] = [];
  const queue = new DrawQueue(
    (run) => frames.push(run),
    () => now,
  );
  const draw = (name: string) => () => {
    now += drawMs;
    drawn.push(name);
  };
  const frame = () => {
    frames.shift()?.();
    return drawn.splice(0);
  };
  return { queue, draw, frame, frames };
}

it('draws slow charts over several frames, in order', () => {
  const { queue, draw, frame, frames } = queueWith(4);
  for (const name of ['a', 'b', 'c']) queue.ask({ name }, draw(name));
  expect(frames.length).toBe(1);
  expect([frame(), frame(), frame()]).toEqual([['a', 'b'], ['c'], []]);
});

it('draws only the newest of what is asked for a chart', () => {
  const { queue, draw, frame } = queueWith(1);
  const chart = {};
  queue.ask(chart, draw('old'));
  queue.ask(chart, draw('new'));
  expect(frame()).toEqual(['new']);
});

it('draws nothing for a chart that is gone, and goes on after one that is asked again', () => {
  const { queue, draw, frame } = queueWith(1);
  const chart = {};
  queue.ask(chart, draw('gone'));
  queue.forget(chart);
  expect(frame()).toEqual([]);
  queue.ask(chart, draw('back'));
  expect(frame()).toEqual(['back']);
});

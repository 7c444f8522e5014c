/** Calls of the studio from the page, over its bridge or a WebSocket. */
import type { Page } from '@playwright/test';
import type { CommandName, InputOf, OutputOf } from '../engine/contract/studio/api.ts';
import type { DesktopBridge } from '../engine/contract/studio/desktop.ts';
import { readReply } from '../engine/contract/studio/wire.ts';
import { expect } from './fixtures.ts';

/** @throws StudioError */
export async function callStudio<N extends CommandName>(
  page: Page,
  name: N,
  input: InputOf<N>,
): Promise<OutputOf<N>> {
  const reply = await page.evaluate(send, { id: 999_999, name, input });
  return readReply(name, reply);
}

/** Runs in the page and sends a call over the bridge of its window or a new socket. */
function send(call: { id: number }): Promise<unknown> {
  const bridge = (globalThis as { conmim?: DesktopBridge }).conmim;
  if (bridge !== undefined) return bridge.call(call);
  return new Promise((resolve) => {
    const socket = new WebSocket(`${globalThis.location.origin.replace('http', 'ws')}/api`);
    socket.onopen = () => socket.send(JSON.stringify(call));
    socket.onmessage = ({ data }) => {
      const reply = JSON.parse(String(data)) as { id?: number };
      if (reply.id !== call.id) return;
      socket.close();
      resolve(reply);
    };
  });
}

/** Start the pre-training of a very small network. */
export async function startTraining(
  page: Page,
  order: { readonly folder: string; readonly name: string; readonly steps: number },
): Promise<string> {
  const { id } = await callStudio(page, 'jobs.submit', {
    kind: 'pretrain',
    name: order.name,
    recipe: 'micro',
    folders: [order.folder],
    settings: { steps: String(order.steps), warmup_epochs: '0', batch_size: '8', log_every: '1' },
    device: 'cpu',
  });
  return id;
}

export async function untilState(page: Page, id: string, state: string): Promise<void> {
  const stateOf = async () => {
    const jobs = await callStudio(page, 'jobs.list', {});
    return jobs.find((job) => job.id === id)?.state;
  };
  await expect.poll(stateOf).toBe(state);
}

/** Measured steps of the run of a job; its record has only the saved ones. */
export async function stepsOf(page: Page, id: string): Promise<number> {
  const jobs = await callStudio(page, 'jobs.list', {});
  const run = jobs.find((job) => job.id === id)?.run;
  if (run === undefined) return 0;
  return (await callStudio(page, 'runs.series', { id: run, names: ['loss'], pieces: 10 })).points;
}

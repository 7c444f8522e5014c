/** Between two steps: timers and signals are let in, commands are followed, pauses last. */
import type { LoopParts } from './loop-parts.ts';
import type { TrainingState } from './training-state.ts';

/** Follow what was ordered; returns once training is to go on, or to stop. */
export async function attend<Batch>(
  parts: LoopParts<Batch>,
  state: TrainingState<Batch>,
): Promise<void> {
  const { session, orders } = parts;
  await new Promise(setImmediate);
  await session.beat();
  if (session.diskTrouble !== undefined) await parts.retry(() => session.flush());
  await followCommands(parts, state);
  if (orders.paused && orders.stop === undefined) await waitWhilePaused(parts, state);
}

async function waitWhilePaused<Batch>(
  parts: LoopParts<Batch>,
  state: TrainingState<Batch>,
): Promise<void> {
  const { session, orders, limits, progress } = parts;
  await state.saveOrGoBack(true);
  const reason = { code: 'asked', message: 'Paused by request.' } as const;
  await session.setStatus('paused', progress.step, reason);
  while (orders.paused && orders.stop === undefined) {
    await session.clock.sleep(limits.pollMs);
    await session.beat();
    await followCommands(parts, state);
  }
  parts.machine?.restart();
  if (orders.stop === undefined) await session.setStatus('running', progress.step);
}

async function followCommands<Batch>(
  { orders, progress }: LoopParts<Batch>,
  state: TrainingState<Batch>,
): Promise<void> {
  const commands = await orders.poll(progress.step);
  if (commands.includes('checkpoint')) await state.saveOrGoBack(true);
}

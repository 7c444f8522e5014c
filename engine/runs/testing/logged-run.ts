/** A run in a workspace with a log that tests give. */
import { appendFileSync } from 'node:fs';
import { type NewRun, RunFolder } from '../run-folder.ts';
import type { RunRecord } from '../run-record.ts';

export async function loggedRun(
  workspace: string,
  run: Partial<NewRun>,
  events: readonly object[],
  change: Partial<RunRecord> = { status: 'done' },
): Promise<RunFolder> {
  const made = await RunFolder.create(workspace, {
    name: 'logged',
    kind: 'pretrain',
    totalSteps: 100,
    device: 'cpu',
    recipe: {},
    dataset: { folders: ['/home/anna/pictures/cats'], images: 50, fingerprint: 'abc' },
    versions: { studio: '1', node: '20' },
    ...run,
  });
  for (const event of events) appendFileSync(made.eventsFile, `${JSON.stringify(event)}\n`);
  await made.update(change);
  return made;
}

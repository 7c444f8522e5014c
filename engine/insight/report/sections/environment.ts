/** The device and versions of a run. */
import { countText } from '../../../contract/number-text.ts';
import type { RunRecord } from '../../../runs/run-record.ts';
import { facts, type Section } from '../document.ts';

export function environmentSection(record: RunRecord): Section {
  const { device, deviceReason, versions, id, prepared } = record;
  return {
    title: 'Environment',
    parts: [
      facts([
        ['Device', deviceReason ?? device],
        ...Object.entries(versions),
        ['Prepared images', prepared === undefined ? undefined : countText(prepared.images)],
        ['Run', id],
      ]),
    ],
  };
}

/** What was typed of channels and window of a data set, kept by the browser until it is changed. */
import { type ChannelFields, NO_CHANNELS } from './channel-fields.ts';

const keyOf = (id: string) => `channels of ${id}`;

/** A browser may keep nothing. */
export function keptChannels(id: string, storage: Storage = localStorage): ChannelFields {
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(id)) ?? '{}');
    const { channels, window } = kept as Partial<Record<keyof ChannelFields, unknown>>;
    if (typeof channels === 'string' && typeof window === 'string') return { channels, window };
  } catch {
    // As if nothing was kept.
  }
  return NO_CHANNELS;
}

export function keepChannels(
  id: string,
  fields: ChannelFields,
  storage: Storage = localStorage,
): void {
  try {
    if (fields.channels === '' && fields.window === '') storage.removeItem(keyOf(id));
    else storage.setItem(keyOf(id), JSON.stringify(fields));
  } catch {
    // The choice lasts until the page is left.
  }
}

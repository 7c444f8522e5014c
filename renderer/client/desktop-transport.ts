/** Calls over the bridge of the preload script in the desktop application. */
import { BRIDGE_NAME, type DesktopBridge } from '../../engine/contract/studio/desktop.ts';
import type { Transport } from './transport.ts';

/** The bridge; undefined in a browser. */
export const desktop: DesktopBridge | undefined = (
  globalThis as unknown as Record<string, DesktopBridge | undefined>
)[BRIDGE_NAME];

export function desktopTransport(bridge: DesktopBridge): Transport {
  return {
    send: (message) => bridge.call(message),
    onPush: (listener) => void bridge.onPush(listener),
    onConnection: (listener) => listener('connected'),
  };
}

/** Names of devices that exist on every machine. */

/** The device that computes where none is named. */
export const PROCESSOR = 'cpu';

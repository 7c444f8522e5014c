/** Names of devices that hold on every machine. */

/** What every machine has; what computes where no device is named. */
export const PROCESSOR = 'cpu';

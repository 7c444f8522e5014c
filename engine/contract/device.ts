/** Names of devices that exist on every machine. */

/** The device that computes where none is named. */
export const PROCESSOR = 'cpu';

/** The CPU as a device, by the executor that computes on it. */
export const PROCESSOR_BY_EXECUTOR = {
  onnxruntime: PROCESSOR,
  onednn: `${PROCESSOR}:onednn`,
} as const;
export type ProcessorExecutor = keyof typeof PROCESSOR_BY_EXECUTOR;

/** Whom a run tells, and how its device is found. */
import type { Precision } from '../contract/precision.ts';
import type { CheckProgress, ResolvedDevice, ResolveOptions } from '../devices/resolve-device.ts';
import type { Notice, TrainingEvent } from '../runs/events.ts';

/** A run at the moment when it begins to train. */
export interface StartedRun {
  readonly id: string;
  readonly dir: string;
  readonly device: string;
  /** Of a device that `auto` took: the sentence that says why. */
  readonly deviceReason?: string;
  readonly images: number;
  /** Where the images were listed by names and sizes, and a full scan goes on beside the training. */
  readonly scan?: 'quick';
  readonly totalSteps: number;
}

export interface RunListener {
  readonly onRun?: (run: StartedRun) => void;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Before it begins, where devices have to be tried first, or values of images measured. */
  readonly onDeviceCheck?: (progress: CheckProgress) => void;
  /** Before it begins, where it may still be open elsewhere: what is waited for, in words. */
  readonly onWait?: (text: string) => void;
  /** Stops and keeps. */
  readonly signal?: AbortSignal;
  /** Told of the first signal that asks the process to end, before the run has saved. */
  readonly onInterrupt?: (signal: NodeJS.Signals) => void;
}

/** From a name, or `auto`, to the device that it means. */
export type ResolveDevice = (name: string, options: ResolveOptions) => Promise<ResolvedDevice>;

/** How a run's request wants its device found. */
export function resolving(
  { onDeviceCheck, signal }: RunListener,
  { precision }: { readonly precision: Precision } = { precision: 'float32' },
): ResolveOptions {
  return { onProgress: onDeviceCheck, signal, precision };
}

/** What a run and those who follow it keep of the choice. */
export function deviceFields({ id, reason }: ResolvedDevice) {
  return { device: id, ...(reason === undefined ? {} : { deviceReason: reason }) };
}

/** A warning where the check of the device has found the precision of the run slower than float32. */
export function slowNotices({ id, slower }: ResolvedDevice): Notice[] {
  if (slower === undefined) return [];
  const message = `${slower}, by the check of ${id}.`;
  const advice = 'Set precision to float32 for more speed, which is also more exact.';
  return [{ code: 'precision-slow', message, advice }];
}

export function listenerOf({ onEvent, onWait }: RunListener) {
  return { ...(onEvent && { onEvent }), ...(onWait && { onWait }) };
}

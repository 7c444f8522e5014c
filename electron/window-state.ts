/** Bounds of the window, so that it opens where it was if a screen still shows that area. */
import { z } from 'zod';
import { readState, writeState } from './state-file.ts';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximised: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const LEAST_SIZE = { width: 1024, height: 680 };
/** Pixels of the window that must be on a screen, so that it can be moved with a mouse. */
const VISIBLE = 100;

export function readWindowState(file: string): WindowState | undefined {
  return readState(file, stateSchema);
}

export function writeWindowState(file: string, state: WindowState): void {
  writeState(file, state);
}

/** Bounds of a new window: the saved ones if a screen shows them, else the default size. */
export function boundsOn(
  state: WindowState | undefined,
  screens: readonly Area[],
): { width: number; height: number; x?: number; y?: number } {
  if (state === undefined) return { width: 1440, height: 900 };
  const screen = screens.find((area) => shows(area, state));
  const { width, height } = screen ?? state;
  const size = {
    width: Math.max(LEAST_SIZE.width, Math.min(width, state.width)),
    height: Math.max(LEAST_SIZE.height, Math.min(height, state.height)),
  };
  return screen === undefined ? size : { ...size, x: state.x, y: state.y };
}

function shows(area: Area, window: Area): boolean {
  const overlap = (from: 'x' | 'y', size: 'width' | 'height') =>
    Math.min(window[from] + window[size], area[from] + area[size]) -
    Math.max(window[from], area[from]);
  const least = (size: 'width' | 'height') => Math.min(VISIBLE, window[size]);
  return overlap('x', 'width') >= least('width') && overlap('y', 'height') >= least('height');
}

/** Where the window was, so that it opens there again, if that place still exists. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

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

const LEAST = { width: 1024, height: 680 };
/** So much of the window must be on a screen to be caught with a mouse. */
const VISIBLE = 100;

export function readWindowState(file: string): WindowState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The window then opens in its usual place.
  }
}

/** Bounds for a new window: those that were saved where a screen shows them, else the usual size. */
export function boundsOn(
  state: WindowState | undefined,
  screens: readonly Area[],
): { width: number; height: number; x?: number; y?: number } {
  const usual = { width: 1440, height: 900 };
  if (state === undefined) return usual;
  const size = {
    width: Math.max(LEAST.width, state.width),
    height: Math.max(LEAST.height, state.height),
  };
  const seen = screens.some((screen) => {
    const across =
      Math.min(state.x + size.width, screen.x + screen.width) - Math.max(state.x, screen.x);
    const down =
      Math.min(state.y + size.height, screen.y + screen.height) - Math.max(state.y, screen.y);
    return across >= VISIBLE && down >= VISIBLE;
  });
  return seen ? { ...size, x: state.x, y: state.y } : size;
}

export const LEAST_SIZE = LEAST;

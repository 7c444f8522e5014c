/** What a surface opens a studio with. */
import type { AppInfo } from '../contract/studio/app-info.ts';

export interface StudioOptions {
  /** Created if missing. */
  readonly workspace: string;
  readonly host: AppInfo['host'];
  /** Folders that the surface is confined to; no limit when empty. */
  readonly roots?: readonly string[];
  /** The Node executable of engine processes; by default this process's own. */
  readonly node?: string;
}

/** A page in a browser is always confined; a window is not. */
export function isConfinedSurface({ host, roots = [] }: StudioOptions): boolean {
  return host === 'server' || roots.length > 0;
}

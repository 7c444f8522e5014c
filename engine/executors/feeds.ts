/** Errors about what a program is fed. */
import { StudioError } from '../contract/errors.ts';

/** @throws StudioError `feed-missing` always */
export function missingFeed(graph: string, name: string): never {
  throw new StudioError('feed-missing', `${graph} needs a value for ${name}, none was given`);
}

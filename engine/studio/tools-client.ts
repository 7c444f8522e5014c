/** The tools process as the studio calls it. */
import { StudioError } from '../contract/errors.ts';
import type { Tools } from './tools.ts';

const missing = () =>
  Promise.reject(new StudioError('tools-missing', 'The tools process is not part of this build.'));

export class ToolsClient implements Tools {
  readonly node: string | undefined;

  constructor({ node }: { readonly node?: string } = {}) {
    this.node = node;
  }

  scan = missing;
  images = missing;
  thumbnail = missing;
  preview = missing;
  describeModel = missing;
  devices = missing;
  estimate = missing;

  dispose(): void {}
}

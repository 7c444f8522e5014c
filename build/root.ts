import path from 'node:path';
import { packagedFile } from '../engine/platform/packaged-file.ts';

/** The project's folder. Scripts run from out/, which lies in it, and tests run their sources. */
export const ROOT = path.dirname(packagedFile('package.json'));

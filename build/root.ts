import path from 'node:path';
import { packagedFile } from '../engine/platform/packaged-file.ts';

/** The project's folder. Scripts run from out/ within it; tests run the sources. */
export const ROOT = path.dirname(packagedFile('package.json'));

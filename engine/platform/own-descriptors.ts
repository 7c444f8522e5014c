/** Imported by every process that the engine starts, before anything that opens something. */
import { closeInherited } from './inherited-descriptors.ts';

closeInherited();

/** Every process that the engine starts imports this before any module that opens a file. */
import { closeInherited } from './inherited-descriptors.ts';

closeInherited();

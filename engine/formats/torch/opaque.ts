/**
 * Values of a checkpoint that are not read: objects of unknown classes, paths, sets, arrays. They
 * have a name and no content; their arguments, including tensors, are dropped.
 */
import type { TorchOpaque } from './values.ts';

/** The result of calling a class or function without a rule. */
export class OpaqueObject implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;

  /** @param name name of the class, such as `pathlib.PosixPath` */
  constructor(name: string) {
    this.name = name;
  }
}

/** A tensor with an unsupported element type: quantised, complex, 8-bit float. */
export class UnreadTensor extends OpaqueObject {}

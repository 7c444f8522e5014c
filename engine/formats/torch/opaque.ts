/**
 * Values that a checkpoint keeps beside its network and that nothing here reads: objects of classes
 * that are not known, paths, sets, arrays. They have a name and no content; what they were made from,
 * tensors included, is dropped.
 */
import type { TorchOpaque } from './values.ts';

/** What the call of a class or function without a rule stands for. */
export class OpaqueObject implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;

  /** @param name of the class, such as `pathlib.PosixPath` */
  constructor(name: string) {
    this.name = name;
  }
}

/** A tensor whose elements are of no type that is read: quantised, complex, of eight bits. */
export class UnreadTensor extends OpaqueObject {}

/** Arithmetic of shapes, and the error for shapes that do not fit, which names both. */
import { StudioError } from '../contract/errors.ts';
import type { Shape } from './types.ts';

export function shapeError(op: string, why: string, shapes: readonly Shape[]): StudioError {
  const text = shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ');
  return new StudioError('shape-mismatch', `${op}: ${why}, got ${text}`, {
    details: { op, shapes: shapes.map((shape) => [...shape]) },
  });
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** The shape that operands broadcast to, aligned at the last axis. */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1 || own === size) continue;
      if (size !== 1) throw shapeError(op, 'operands do not broadcast', shapes);
      size = own;
    }
    return size;
  });
}

/** Axes of `to` along which a value of shape `from` is repeated when broadcast to it. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length;
  return to.flatMap((size, axis) =>
    axis < lead || (from[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  const dropped = new Set(axes);
  return shape.flatMap((size, axis) => (dropped.has(axis) ? (keepDims ? [1] : []) : [size]));
}

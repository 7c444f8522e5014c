/** The formats of containers, by the ends of their names. */

import { type ContainerKind, kindOf } from '../../../contract/container-names.ts';
import type { ContainerFormat } from './container.ts';
import { PARQUET } from './parquet/parquet.ts';
import { TAR } from './tar.ts';
import { ZIP } from './zip.ts';

const FORMATS: Readonly<Record<ContainerKind, ContainerFormat>> = {
  tar: TAR,
  zip: ZIP,
  parquet: PARQUET,
};

/** @param container whose name is that of a container */
export function formatOfContainer(container: string): ContainerFormat {
  return FORMATS[kindOf(container)!];
}

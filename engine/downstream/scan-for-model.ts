/** The images of a folder, scanned as the training of a network scanned its own. */
import { defined } from '../contract/defined.ts';
import { readTiling } from '../contract/settings/tiling.ts';
import { scanFolders } from '../data/scan/scan.ts';
import { type Model, tilesOfModel } from '../models/model.ts';
import { scanMemory } from '../runs/scan-memory.ts';

export function scanForModel(workspace: string, folder: string, model: Model) {
  const tiles = tilesOfModel(model);
  return scanFolders([folder], {
    indexFile: scanMemory(workspace, [folder], tiles),
    ...defined({ tiles: readTiling(tiles) }),
  });
}

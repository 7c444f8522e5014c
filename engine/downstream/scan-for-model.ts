/** The images of a folder, scanned as the training of a network scanned its own. */
import { divisionOf } from '../contract/settings/division.ts';
import { scanFolders } from '../data/scan/scan.ts';
import { divisionOfModel, type Model } from '../models/model.ts';
import { scanMemory } from '../runs/scan-memory.ts';

export function scanForModel(workspace: string, folder: string, model: Model) {
  const division = divisionOfModel(model);
  return scanFolders([folder], {
    indexFile: scanMemory(workspace, [folder], division),
    ...divisionOf(division),
  });
}

// A Vulkan driver that computes on the processor comes with every Chromium: with it WebGPU is tested
// where there is no graphics card.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from './browser.mjs';

/** Its description, for VK_ICD_FILENAMES; undefined where there is none. */
export function softwareVulkan() {
  const chromium = findChromium();
  const folders = [
    '/usr/lib/chromium',
    ...(chromium === undefined ? [] : [path.dirname(realpathSync(chromium))]),
  ];
  return folders.map((folder) => path.join(folder, 'vk_swiftshader_icd.json')).find(existsSync);
}

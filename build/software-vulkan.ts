// Vulkan drivers that compute on the processor, for tests of WebGPU on machines without a graphics
// card. The functions return a driver's description file for VK_ICD_FILENAMES, or undefined.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from './browser.ts';

/** The faster one of those that are found: lavapipe takes a third of SwiftShader's processor time, or less. */
export function softwareVulkan(): string | undefined {
  return softwareVulkanWithHalf() ?? swiftShader();
}

/** SwiftShader, which every Chromium contains; float32 only. */
function swiftShader(): string | undefined {
  const chromium = findChromium();
  const folders = [
    '/usr/lib/chromium',
    ...(chromium === undefined ? [] : [path.dirname(realpathSync(chromium))]),
  ];
  return folders.map((folder) => path.join(folder, 'vk_swiftshader_icd.json')).find(existsSync);
}

/** Mesa's lavapipe, which supports float16; WebGPU accepts versions with Vulkan 1.4 only. */
export function softwareVulkanWithHalf(): string | undefined {
  const folders = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'].filter(existsSync);
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .find((file) => path.basename(file).startsWith('lvp_icd') && isRecent(file));
}

function isRecent(file: string): boolean {
  const { ICD } = JSON.parse(readFileSync(file, 'utf8'));
  const [major = 0, minor = 0] = ICD.api_version.split('.').map(Number);
  return major > 1 || minor >= 4;
}

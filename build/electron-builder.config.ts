// The contents of the installers per system, which `npm run package` passes to electron-builder. ||
// Two programs share one copy of the engine. The window (Electron) reads app.asar. The engine runs
// in the Node of resources/node, which cannot read archives, so all that it loads is in
// app.asar.unpacked with its packages. docs/packaging.md shows the folder.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AfterPackContext, Configuration } from 'electron-builder';
import { PACKAGED_FOLDER } from '../engine/executors/onednn-library.ts';
import { packagesNotShipped, targetParts } from './check-package.ts';
import { ROOT } from './root.ts';

/**
 * The targets for which ONNX Runtime has binaries. Macs with Intel processors are not among them.
 */
export const TARGETS = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];

const author = { name: 'ConMIM Studio maintainers', email: 'maintainers@conmim-studio.invalid' };

/** Debian packages must name a page; in a workflow it is that of the repository. */
const homepage = process.env['GITHUB_REPOSITORY']
  ? `${process.env['GITHUB_SERVER_URL']}/${process.env['GITHUB_REPOSITORY']}`
  : 'https://conmim-studio.invalid';

/**
 * Patterns that keep the native files of one target only.
 *
 * A file set for one system makes electron-builder ignore the common patterns and pack the whole
 * project, and its own `${platform}` is that of the building machine.
 */
function nativesOf(target: string): string[] {
  const [system, processor] = targetParts(target);
  const onnx = '!node_modules/onnxruntime-node/bin/napi-v*';
  return [
    `${onnx}/!(${system})/**`,
    `${onnx}/${system}/!(${processor})/**`,
    // The engine does not use it; it has 18 MB and another licence.
    `${onnx}/win32/*/DirectML.dll`,
    // This file is a copy of libonnxruntime.1.dylib, which is the one that is loaded.
    `${onnx}/darwin/*/libonnxruntime.1.*.dylib`,
    `!node_modules/@img/sharp-!(${target}|libvips-${target})/**`,
  ];
}

/**
 * Plain Node reads the nearest package.json for the module type, and the engine for its version.
 * Electron's own copy stays in the archive, whose integrity is checked.
 */
async function writePackageJson({ packager, appOutDir }: AfterPackContext): Promise<void> {
  const text = await readFile(path.join(ROOT, 'package.json'), 'utf8');
  const { name, version, license, type } = JSON.parse(text);
  await writeFile(
    path.join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked', 'package.json'),
    `${JSON.stringify({ name, version, license, type }, undefined, 2)}\n`,
  );
}

/** Electron's example window, which an already unpacked distribution still has. */
async function removeExample({
  appOutDir,
  electronPlatformName,
}: Pick<AfterPackContext, 'appOutDir' | 'electronPlatformName'>): Promise<void> {
  const mac = electronPlatformName === 'darwin';
  const resources = mac ? 'Electron.app/Contents/Resources' : 'resources';
  await rm(path.join(appOutDir, resources, 'default_app.asar'), { force: true });
}

/**
 * @param target       one of `TARGETS`
 * @param options.node   folder of the engine's Node, from build/node-runtime.ts
 * @param options.onednn folder of oneDNN's library, from build/onednn.ts; without it none ships
 */
export function configFor(
  target: string,
  {
    node = `build/cache/node/${target}`,
    onednn,
  }: { readonly node?: string; readonly onednn?: string | undefined } = {},
) {
  return {
    appId: 'studio.conmim.app',
    productName: 'ConMIM Studio',
    copyright: `${author.name}, Apache-2.0`,
    // The name of the menu entry, which Linux desktops also use to identify the window.
    extraMetadata: { author, homepage, desktopName: 'conmim-studio.desktop' },
    directories: { output: 'dist', buildResources: 'build' },
    artifactName: `conmim-studio-\${version}-${target.replace('win32', 'windows').replace('darwin', 'macos')}.\${ext}`,

    files: [
      'out/electron/**',
      'out/engine/**',
      'out/renderer/**',
      // Reference values of `conmim selftest`.
      'assets/fixtures/**',
      // For the window and for notifications.
      'assets/icons/png/256x256.png',
      'package.json',
      '!**/*.map',
      '!**/*.test.js',
      '!out/engine/**/testing/**',
      '!out/renderer/.vite/**',
      // Sources and type declarations, which are not loaded.
      '!**/*.d.{ts,mts,cts}',
      '!node_modules/zod/src/**',
      '!node_modules/onnxruntime-common/lib/**',
      '!node_modules/onnxruntime-node/{lib,script}/**',
      '!node_modules/sharp/{src,install}/**',
      // Of koffi, not the native sources; its scripts lie among them.
      '!node_modules/koffi/{doc,vendor}/**',
      '!node_modules/koffi/src/**/*.{cc,hh,c,h,inc,S,asm,def,txt}',
      // Of TensorFlow.js, only the bundles for Node and the WebAssembly binaries are kept.
      '!node_modules/@tensorflow/tfjs-*/{src,wasm-out}/**',
      '!node_modules/@tensorflow/tfjs-*/dist/!(tf-*.node.js|*.wasm)',
      '!node_modules/@tensorflow/tfjs-*/dist/*/**',
      // Of LERC, only the module for imports and its WebAssembly.
      '!node_modules/lerc/LercDecode.js',
      // Of libheif, only its WebAssembly in a file of its own, which users can replace.
      '!node_modules/libheif-js/libheif/libheif.js',
      '!node_modules/libheif-js/libheif-wasm/libheif-bundle.*',
      // Of jxl-oxide, only its WebAssembly, which has a loader of our own.
      '!node_modules/jxl-oxide-wasm/jxl_oxide_wasm.js',
      // Of OpenJPEG, only the decoder in WebAssembly is kept.
      '!node_modules/@cornerstonejs/codec-openjpeg/dist/!(openjpegwasm_decode.*)',
      ...packagesNotShipped().map((name) => `!node_modules/${name}/**`),
      ...nativesOf(target),
    ],
    extraResources: [
      { from: node, to: 'node', filter: ['**/*'] },
      { from: 'build/launcher', to: 'bin', filter: ['**/*'] },
      ...(onednn === undefined ? [] : [{ from: onednn, to: PACKAGED_FOLDER, filter: ['**/*'] }]),
      { from: 'LICENSE', to: 'LICENSE' },
      { from: 'out/LICENCES.txt', to: 'LICENCES.txt' },
    ],
    asar: true,
    asarUnpack: ['node_modules/**', 'out/engine/**', 'out/renderer/**', 'assets/**'],
    afterExtract: removeExample,
    afterPack: writePackageJson,
    // All native files are Node-API binaries, which fit every Node and Electron, so nothing is
    // compiled.
    npmRebuild: false,
    nodeGypRebuild: false,
    allowMissingDependencies: false,
    // Installed programs never search for newer versions.
    publish: null,

    electronLanguages: ['en-US'],
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      // Apple's processors require a valid signature, and setting fuses invalidates it.
      ...(process.platform === 'darwin' ? { resetAdHocDarwinSignature: true } : {}),
    },

    linux: {
      target: ['AppImage', 'deb'],
      executableName: 'conmim-studio',
      icon: 'assets/icons/png',
      category: 'Science',
      synopsis: 'Pre-train vision models on your own images',
      maintainer: `${author.name} <${author.email}>`,
      vendor: author.name,
      description: 'Pre-train vision models on your own images, on this machine.',
      syncDesktopName: true,
      desktop: {
        entry: {
          GenericName: 'Vision model training',
          Keywords: 'images;training;vision;machine learning;',
        },
      },
    },
    // The newer runtime does not need libfuse2, which Ubuntu no longer installs.
    toolsets: { appimage: '1.0.3' },
    deb: {
      packageCategory: 'science',
      priority: 'optional',
      // oneDNN computes with GNU OpenMP.
      recommends: ['libgomp1'],
      compression: 'xz',
      afterInstall: path.join(ROOT, 'build', 'deb', 'after-install'),
      // The `conmim` command for shells.
      fpm: [`${path.join(ROOT, 'build', 'deb', 'conmim')}=/usr/bin/conmim`],
    },

    win: { target: ['nsis'], icon: 'assets/icons/icon.ico' },
    nsis: {
      oneClick: false,
      // Installed for this user without administrator rights, or for all users with them.
      perMachine: false,
      selectPerMachineByDefault: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: true,
      createDesktopShortcut: true,
      createStartMenuShortcut: true,
      // Runs and checkpoints may be weeks of work, so removing the program keeps them.
      deleteAppDataOnUninstall: false,
      license: 'LICENSE',
      differentialPackage: false,
    },

    mac: {
      target: ['dmg'],
      icon: 'assets/icons/icon.icns',
      category: 'public.app-category.productivity',
      hardenedRuntime: true,
      gatekeeperAssess: false,
      entitlements: 'build/entitlements.mac.plist',
      entitlementsInherit: 'build/entitlements.mac.plist',
      // The minimum of Electron 45.
      minimumSystemVersion: '13.0',
    },
    dmg: { sign: false, writeUpdateInfo: false },
  } satisfies Configuration;
}

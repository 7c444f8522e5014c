// What goes into the installers, for each system; `npm run package` gives it to electron-builder.
//
// Two programs share one copy of the engine. The window (Electron) reads app.asar. The engine runs in
// the Node of resources/node, which knows no archives, so everything that it loads lies in
// app.asar.unpacked with all its packages. docs/packaging.md draws the folder.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AfterPackContext, Configuration } from 'electron-builder';
import { packagesNotShipped, targetParts } from './check-package.ts';
import { ROOT } from './root.ts';

/** What is built: the systems that ONNX Runtime has binaries for. Macs with Intel processors are not among them. */
export const TARGETS = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];

const author = { name: 'ConMIM Studio maintainers', email: 'maintainers@conmim-studio.invalid' };

/** Debian packages must name a page; a workflow knows the repository that it builds. */
const homepage = process.env['GITHUB_REPOSITORY']
  ? `${process.env['GITHUB_SERVER_URL']}/${process.env['GITHUB_REPOSITORY']}`
  : 'https://conmim-studio.invalid';

/**
 * Patterns that keep the native files of one target only.
 *
 * A file set for one system, or electron-builder's own `${platform}`, would not do: the former makes it
 * forget the common patterns and pack the whole project, the latter is the machine that builds.
 */
function nativesOf(target: string): string[] {
  const [system, processor] = targetParts(target);
  const onnx = '!node_modules/onnxruntime-node/bin/napi-v*';
  return [
    `${onnx}/!(${system})/**`,
    `${onnx}/${system}/!(${processor})/**`,
    // Used by nothing that the engine does, 18 MB, and under terms of its own.
    `${onnx}/win32/*/DirectML.dll`,
    // The same bytes as libonnxruntime.1.dylib, which is the one that is loaded.
    `${onnx}/darwin/*/libonnxruntime.1.*.dylib`,
    `!node_modules/@img/sharp-!(${target}|libvips-${target})/**`,
  ];
}

/**
 * Plain Node asks the nearest package.json whether code is a module, and the engine reads its version
 * there. Electron's own copy stays inside the archive, where its integrity is checked.
 */
async function writePackageJson({ packager, appOutDir }: AfterPackContext): Promise<void> {
  const text = await readFile(path.join(ROOT, 'package.json'), 'utf8');
  const { name, version, license, type } = JSON.parse(text);
  await writeFile(
    path.join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked', 'package.json'),
    `${JSON.stringify({ name, version, license, type }, undefined, 2)}\n`,
  );
}

/** Electron's own example window, which a distribution that was unpacked before still has. */
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
 * @param options.node folder of the Node that runs the engine, from build/node-runtime.ts
 */
export function configFor(target: string, { node = `build/cache/node/${target}` } = {}) {
  return {
    appId: 'studio.conmim.app',
    productName: 'ConMIM Studio',
    copyright: `${author.name}, Apache-2.0`,
    // The name of the menu entry, by which Linux desktops know the window as this program's.
    extraMetadata: { author, homepage, desktopName: 'conmim-studio.desktop' },
    directories: { output: 'dist', buildResources: 'build' },
    artifactName: `conmim-studio-\${version}-${target.replace('win32', 'windows').replace('darwin', 'macos')}.\${ext}`,

    files: [
      'out/electron/**',
      'out/engine/**',
      'out/renderer/**',
      // Reference values of `conmim selftest`.
      'assets/fixtures/**',
      // Of the window and of what the system tells.
      'assets/icons/png/256x256.png',
      'package.json',
      '!**/*.map',
      '!**/*.test.js',
      '!out/engine/**/{testing,conformance}/**',
      '!out/renderer/.vite/**',
      // Sources and type declarations that nothing loads.
      '!**/*.d.{ts,mts,cts}',
      '!node_modules/zod/src/**',
      '!node_modules/onnxruntime-common/lib/**',
      '!node_modules/onnxruntime-node/{lib,script}/**',
      '!node_modules/sharp/{src,install}/**',
      // Of TensorFlow.js the bundles for Node and the binaries of its WebAssembly.
      '!node_modules/@tensorflow/tfjs-*/{src,wasm-out}/**',
      '!node_modules/@tensorflow/tfjs-*/dist/!(tf-*.node.js|*.wasm)',
      '!node_modules/@tensorflow/tfjs-*/dist/*/**',
      ...packagesNotShipped().map((name) => `!node_modules/${name}/**`),
      ...nativesOf(target),
    ],
    extraResources: [
      { from: node, to: 'node', filter: ['**/*'] },
      { from: 'build/launcher', to: 'bin', filter: ['**/*'] },
      { from: 'LICENSE', to: 'LICENSE' },
      { from: 'out/LICENCES.txt', to: 'LICENCES.txt' },
    ],
    asar: true,
    asarUnpack: ['node_modules/**', 'out/engine/**', 'out/renderer/**', 'assets/**'],
    afterExtract: removeExample,
    afterPack: writePackageJson,
    // All natives are Node-API binaries that fit every Node and Electron: nothing is compiled.
    npmRebuild: false,
    nodeGypRebuild: false,
    allowMissingDependencies: false,
    // Programs on the machine of a user never ask whether there is a newer one.
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
      // Apple's processors run nothing whose signature broke, and setting fuses breaks it.
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
    // The newer runtime needs no libfuse2, which Ubuntu no longer installs.
    toolsets: { appimage: '1.0.3' },
    deb: {
      packageCategory: 'science',
      priority: 'optional',
      compression: 'xz',
      afterInstall: path.join(ROOT, 'build', 'deb', 'after-install'),
      // The command for shells, where every shell finds it.
      fpm: [`${path.join(ROOT, 'build', 'deb', 'conmim')}=/usr/bin/conmim`],
    },

    win: { target: ['nsis'], icon: 'assets/icons/icon.ico' },
    nsis: {
      oneClick: false,
      // For this user, without an administrator; or for all of them, with one.
      perMachine: false,
      selectPerMachineByDefault: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: true,
      createDesktopShortcut: true,
      createStartMenuShortcut: true,
      // Runs and checkpoints are the work of weeks and stay when the program goes.
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
      // What Electron 45 asks for.
      minimumSystemVersion: '13.0',
    },
    dmg: { sign: false, writeUpdateInfo: false },
  } satisfies Configuration;
}

/**
 * The requirements of TensorFlow's native library, compared with a machine. The library is not
 * loaded for that, since an unfit one ends the process.
 *
 * @source tfjs-node 4.22 with libtensorflow 2.9.1: tensorflow.org/install/source#gpu (CUDA 11.2,
 *   cuDNN 8.1), NVIDIA's CUDA Compatibility and Hopper Compatibility Guide, tensorflow/tensorflow
 *   issues 60739 and 62320 (Hopper), 89272 and 101746 (Blackwell)
 */

export interface Missing {
  readonly reason: string;
  readonly advice: string;
}

export interface HostFacts {
  readonly platform: string;
  readonly arch: string;
  /** version on Linux; left out with another C library */
  readonly glibc?: string;
  /** undefined where unknown */
  readonly avx?: boolean;
}

export interface PackageFacts {
  readonly name: string;
  readonly installed: boolean;
  /** whether the native part is present, which is downloaded or built separately */
  readonly native: boolean;
}

export interface NvidiaCard {
  readonly name: string;
  readonly driver: string;
  /** such as `8.6`; undefined where the driver is too old to report it */
  readonly capability?: string;
  readonly memoryBytes?: number;
}

export function missingOnHost(host: HostFacts): Missing | undefined {
  if (host.platform === 'linux' && host.glibc === undefined)
    return {
      reason: 'TensorFlow’s library needs glibc, and this Linux has another C library.',
      advice: 'Use a distribution with glibc, such as Debian, Ubuntu or Fedora.',
    };
  if (host.avx === false)
    return {
      reason: 'TensorFlow’s library needs a CPU with AVX, which this one has not.',
      advice: 'Use another device.',
    };
  return undefined;
}

export function missingOfPackage({ name, installed, native }: PackageFacts): Missing | undefined {
  if (!installed)
    return {
      reason: `The package ${name} is not installed.`,
      advice: `Install it with: npm install --no-save --ignore-scripts=false ${name}@4.22.0. It downloads TensorFlow’s library; see docs/devices.md.`,
    };
  if (!native)
    return {
      reason: `The package ${name} is there without its compiled part.`,
      advice: `Fetch it with: npm rebuild --ignore-scripts=false ${name}. It downloads TensorFlow’s library; see docs/devices.md.`,
    };
  return undefined;
}

export function missingForCuda({ platform, arch }: HostFacts): Missing | undefined {
  if ((platform === 'linux' || platform === 'win32') && arch === 'x64') return undefined;
  return {
    reason: 'TensorFlow.js has CUDA for 64-bit Linux and Windows on Intel and AMD CPUs only.',
    advice: 'Use webgpu.',
  };
}

/** The oldest drivers that run programs for CUDA 11. */
const OLDEST_DRIVER: Readonly<Record<string, string>> = { linux: '450.80.02', win32: '452.39' };

/** @param driver version of NVIDIA's driver; undefined when there is none */
export function missingOfDriver(platform: string, driver: string | undefined): Missing | undefined {
  if (driver === undefined)
    return {
      reason: 'No NVIDIA GPU with a driver was found.',
      advice: 'Install NVIDIA’s driver, or use webgpu for GPUs of other makers.',
    };
  const oldest = OLDEST_DRIVER[platform];
  if (oldest === undefined || compareVersions(driver, oldest) >= 0) return undefined;
  return {
    reason: `NVIDIA’s driver ${driver} is too old for CUDA 11.2, which needs ${oldest}.`,
    advice: 'Update the driver.',
  };
}

/** The libraries that TensorFlow 2.9 loads, in the versions of CUDA 11.2 and cuDNN 8.1. */
export const CUDA_LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'libcudart.so.11.0',
    'libcublas.so.11',
    'libcublasLt.so.11',
    'libcufft.so.10',
    'libcurand.so.10',
    'libcusolver.so.11',
    'libcusparse.so.11',
    'libcudnn.so.8',
  ],
  win32: [
    'cudart64_110.dll',
    'cublas64_11.dll',
    'cublasLt64_11.dll',
    'cufft64_10.dll',
    'curand64_10.dll',
    'cusolver64_11.dll',
    'cusparse64_11.dll',
    'cudnn64_8.dll',
  ],
};

/** @param absent those of `CUDA_LIBRARIES` that the loader does not find */
export function missingOfLibraries(
  platform: string,
  absent: readonly string[],
): Missing | undefined {
  if (absent.length === 0) return undefined;
  const where = platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH';
  return {
    reason: `The loader does not find ${absent.join(', ')} of CUDA 11.2 and cuDNN 8.1.`,
    advice: `Install CUDA 11.2 and cuDNN 8.1 beside what is there, and name their folders in ${where}. webgpu needs neither.`,
  };
}

/** The reason why TensorFlow 2.9 cannot run on a card; undefined if it can. */
export function missingOfCard({ name, capability }: NvidiaCard): Missing | undefined {
  if (capability === undefined) return undefined;
  const generation = Number(capability);
  if (generation < 3.5)
    return {
      reason: `${name} has compute capability ${capability}; TensorFlow 2.9 begins with 3.5.`,
      advice: 'Use webgpu.',
    };
  if (generation >= 10)
    return {
      reason: `${name} (Blackwell or newer, compute capability ${capability}) is not run by CUDA 11.2: TensorFlow fails on it with CUDA_ERROR_INVALID_PTX.`,
      advice: 'Use webgpu or cuda.',
    };
  return undefined;
}

/** What a user of the card should know before the first start. */
export function noteOnCard({ capability }: NvidiaCard): string | undefined {
  if (capability === undefined || Number(capability) < 9) return undefined;
  return 'newer than CUDA 11.2: at the first start the driver compiles TensorFlow for it, which may take half an hour';
}

/** Compare part by part, with the sign convention of sorting. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

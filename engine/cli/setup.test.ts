import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CudaPlan } from '../devices/cuda/setup-cuda.ts';
import type { EngineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

const plan: CudaPlan = {
  package: 'Some.Package',
  version: '1.2.3',
  url: 'https://feed/some.nupkg',
  bytes: 250e6,
  verified: true,
  files: ['a.so', 'b.so'],
  folder: '/bin/here',
};
const libraries = [
  { name: 'libcuda.so.1', part: 'NVIDIA’s driver', path: '/usr/lib/libcuda.so.1' },
  { name: 'libcudnn.so.9', part: 'cuDNN 9' },
];
const orders: (string | undefined)[] = [];
const parts: Partial<EngineParts> = {
  async setupCuda({ confirm, from }) {
    orders.push(from);
    const yes = from !== undefined || (await confirm(plan));
    return {
      state: yes ? 'installed' : 'declined',
      folder: '/bin/here',
      files: ['a.so'],
      libraries,
    };
  },
  removeCuda: async () => ({ folder: '/bin/here', files: ['a.so', 'b.so'] }),
};

describe('setup cuda', () => {
  it('shows name, source, size and destination of the download, and asks', async () => {
    const questions: string[] = [];
    const answer = (yes: boolean) => ({
      async ask(question: string) {
        questions.push(question);
        return yes;
      },
    });
    const no = await runCommand(['setup', 'cuda'], parts, answer(false));
    expect(no.stderr).toContain('Some.Package 1.2.3, 250 MB');
    expect(no.stderr).toContain('https://feed/some.nupkg');
    expect(no.stderr).toContain('a.so and b.so\n  into /bin/here');
    expect(no.stderr).toContain('SHA-512');
    expect(no.stdout).toBe('Nothing was fetched.\n');
    const yes = await runCommand(['setup', 'cuda'], parts, answer(true));
    expect(yes.stdout).toContain('Put into /bin/here: a.so.');
    expect(questions).toEqual(['Fetch it?', 'Fetch it?']);
  });

  it('downloads nothing without a terminal, except with --yes', async () => {
    const { code, stderr } = await runCommand(['setup', 'cuda'], parts);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
    const { records, code: done } = await runCommand(['setup', 'cuda', '--yes', '--json'], parts);
    expect(done).toBe(0);
    expect(records).toMatchObject([
      { type: 'setup-plan', bytes: 250e6 },
      { type: 'setup', state: 'installed', libraries },
    ]);
  });

  it('names what else is needed of the machine', async () => {
    const { stdout } = await runCommand(['setup', 'cuda', '--from', 'x.nupkg'], parts);
    expect(orders.at(-1)).toBe(path.resolve('x.nupkg'));
    expect(stdout).toMatch(/libcuda\.so\.1 +\/usr\/lib\/libcuda\.so\.1/);
    expect(stdout).toMatch(/libcudnn\.so\.9 +NOT FOUND +cuDNN 9/);
    expect(stdout).toContain('Still to be installed: cuDNN 9.');
  });

  it('removes the files again, and accepts nothing else', async () => {
    expect((await runCommand(['setup', 'cuda', '--remove'], parts)).stdout).toBe(
      'Removed a.so and b.so from /bin/here.\n',
    );
    const { code, stderr } = await runCommand(['setup', 'rocm'], parts);
    expect(code).toBe(2);
    expect(stderr).toContain('there are: cuda, onednn');
  });
});

describe('setup onednn', () => {
  const onednn: Partial<EngineParts> = {
    async setupOnednn({ confirm, from }) {
      const order = { package: 'some:package:1', bytes: 28e6, files: ['a.so'], folder: '/cache' };
      const yes = from !== undefined || (await confirm(order));
      const library = { version: '3.13.0', instructionSet: 'AVX2', origin: '/cache/a.so' };
      return {
        state: yes ? 'installed' : 'declined',
        folder: '/cache',
        files: yes ? ['a.so'] : [],
        ...(yes ? { library } : {}),
      };
    },
    removeOnednn: async () => ({ folder: '/cache', files: ['a.so'] }),
  };

  it('names the package, asks, and says what was found', async () => {
    const no = await runCommand(['setup', 'onednn'], onednn, { ask: async () => false });
    expect(no.stderr).toContain('some:package:1, 28 MB, with Maven’s client');
    expect(no.stdout).toBe('Nothing was fetched.\n');
    const { stdout } = await runCommand(['setup', 'onednn', '--from', 'a.jar'], onednn);
    expect(stdout).toContain('Put into /cache: a.so. This is oneDNN 3.13.0');
    expect(stdout).toContain('AVX2');
    const removed = await runCommand(['setup', 'onednn', '--remove'], onednn);
    expect(removed.stdout).toBe('Removed a.so from /cache.\n');
  });
});

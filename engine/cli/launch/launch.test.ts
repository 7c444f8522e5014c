/** What `conmim launch` writes, run by a real shell with stand-ins for the programs of a cluster. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from '../testing/fake-host.ts';

const TRAINING = ['--', 'pretrain', '--data', '/data/my pictures', '--recipe', 'tiny'];

async function launch(kind: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(['launch', kind, ...options, ...TRAINING]);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('launch', () => {
  it('tells mistakes in the training before anything waits in a queue', async () => {
    const order = ['launch', 'slurm', '--', 'pretrain', '--data', 'x'];
    const wrong = await runCommand([...order, '--recpie', 'tiny']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('Did you mean --recipe?');
    expect((await runCommand(['launch', 'slurm', '--', 'scan', 'x'])).stderr).toContain('pretrain');
    const named = await runCommand([...order, '--name', 'n']);
    expect(named.stderr).toContain('--name is an option of launch');
  });

  it('names the machine that has no name', async () => {
    const { code } = await runCommand(['launch', 'mpirun', '--hosts', 'a;rm,b', ...TRAINING]);
    expect(code).toBe(2);
  });
});

describe.skipIf(process.platform === 'win32')('scripts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-launch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program that writes its arguments into a list. @param then lines that it runs after that */
  function standIn(name: string, then = 'exit 0') {
    const script = `#!/bin/bash\necho "${name} $*" >> '${folder}/calls'\n${then}\n`;
    writeFileSync(path.join(folder, name), script, { mode: 0o755 });
  }
  const calls = () => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
  const env = () => ({ PATH: `${folder}:${process.env['PATH']}`, SLURM_JOB_ID: '7' });
  const started = 'pretrain --data /data/my pictures --recipe tiny --name';

  function run(script: string, more: Readonly<Record<string, string>> = {}) {
    const checked = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
    expect(checked.stderr).toBe('');
    return spawnSync('bash', { input: script, env: { ...env(), ...more }, encoding: 'utf8' });
  }

  it('of Slurm ask for what is needed, begin a run, and go on with it', async () => {
    const options = ['--nodes', '2', '--ranks-per-node', '4', '--cpus-per-rank', '8'];
    const script = await launch('slurm', ...options, '--time', '1:00:00', '--name', 'chest');
    expect(script.match(/^#SBATCH .+$/gm)).toEqual(
      [
        ...['--job-name=chest', '--nodes=2', '--ntasks-per-node=4', '--cpus-per-task=8'],
        ...['--time=1:00:00', '--output=%x-%j.out', '--signal=B:USR1@300', '--requeue'],
        '--open-mode=append',
      ].map((each) => `#SBATCH ${each}`),
    );
    standIn('conmim', 'exit 1');
    standIn('srun');
    expect(run(script).status).toBe(0);
    standIn('conmim');
    expect(run(script).status).toBe(0);
    const how = 'srun --mpi=pmix --cpus-per-task=8 --kill-on-bad-exit=1 conmim';
    expect(calls().filter((each) => each.startsWith('srun'))).toEqual([
      `${how} ${started} chest-7 --workspace workspace`,
      `${how} resume chest-7 --workspace workspace`,
    ]);
  });

  it('of Slurm go back into the queue after a failure, not before a run has begun or for ever', async () => {
    const script = await launch('slurm');
    standIn('scontrol');
    const requeued = () => calls().filter((each) => each === 'scontrol requeue 7').length;
    standIn('srun', 'exit 1');
    standIn('conmim', 'exit 1');
    expect(run(script).status).toBe(1);
    standIn('conmim');
    expect(run(script, { SLURM_RESTART_COUNT: '5' }).status).toBe(1);
    // As scancel leaves it.
    standIn('srun', 'exit 143');
    expect(run(script).status).toBe(143);
    standIn('srun', 'exit 1');
    expect(requeued()).toBe(0);
    expect(run(script, { SLURM_RESTART_COUNT: '1' }).status).toBe(0);
    expect(requeued()).toBe(1);
  });

  it.each([
    ['SIGUSR1', 0, ['conmim stop chest-7 --workspace workspace', 'scontrol requeue 7']],
    // As by scancel.
    ['SIGTERM', 9, ['conmim stop chest-7 --workspace workspace']],
  ] as const)(
    'of Slurm save at %s, and go on where there was no time',
    async (signal, code, last) => {
      standIn('conmim', `if [ "$1" = stop ]; then touch '${folder}/asked'; fi`);
      standIn('scontrol');
      standIn(
        'srun',
        `touch '${folder}/runs'; until [ -e '${folder}/asked' ]; do sleep 0.01; done; exit ${code}`,
      );
      const file = path.join(folder, 'script');
      writeFileSync(file, await launch('slurm', '--name', 'chest'));
      const child = spawn('bash', [file], { env: env(), stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await expect.poll(() => spawnSync('test', ['-e', `${folder}/runs`]).status).toBe(0);
      child.kill(signal);
      expect(await ended).toBe(code);
      expect(calls().slice(-last.length)).toEqual(last);
    },
  );

  it('of mpirun start ranks on the machines, for either library', async () => {
    standIn('conmim', 'exit 1');
    standIn('mpirun');
    const options = ['--hosts', 'a,b', '--ranks-per-node', '2', '--name', 'chest'];
    expect(run(await launch('mpirun', ...options)).status).toBe(0);
    expect(run(await launch('mpirun', ...options, '--mpi', 'mpich')).status).toBe(0);
    const what = `conmim ${started} chest --workspace workspace`;
    expect(calls().filter((each) => each.startsWith('mpirun'))).toEqual([
      `mpirun -n 4 --host a:2,b:2 --bind-to none ${what}`,
      `mpirun -n 4 -ppn 2 -hosts a,b ${what}`,
    ]);
  });

  it('of Kubeflow are jobs whose launcher starts as many ranks as there are slots', async () => {
    const volumes = ['--volume', 'pictures:/data', '--volume', 'runs:/workspace'];
    const options = ['--image', 'conmim:1', '--nodes', '3', '--ranks-per-node', '2', ...volumes];
    const limits = ['--cpus-per-node', '8', '--gpus-per-node', '1', '--memory', '64Gi'];
    const place = ['--name', 'chest', '--workspace', '/workspace'];
    const job = parse(await launch('kubeflow', ...options, ...limits, ...place)) as MpiJob;
    const { Launcher, Worker } = job.spec.mpiReplicaSpecs;
    expect(job).toMatchObject({
      apiVersion: 'kubeflow.org/v2beta1',
      kind: 'MPIJob',
      metadata: { name: 'chest' },
    });
    expect(unknownFields(job, MPI_JOB)).toEqual([]);
    expect([Launcher.replicas, Worker.replicas, job.spec.slotsPerWorker]).toEqual([1, 3, 2]);
    const [launcher] = Launcher.template.spec.containers;
    standIn('conmim', 'exit 1');
    standIn('mpirun');
    expect(run(launcher!.args![0]!).status).toBe(0);
    expect(calls().at(-1)).toBe(
      `mpirun --allow-run-as-root -n 6 --bind-to none conmim ${started} chest --workspace /workspace`,
    );
    for (const { spec } of [Launcher.template, Worker.template]) {
      const claims = spec.volumes.map(({ persistentVolumeClaim: { claimName } }) => claimName);
      expect(claims).toEqual(['pictures', 'runs']);
      const { volumeMounts, image } = spec.containers[0]!;
      expect(image).toBe('conmim:1');
      expect(volumeMounts.map(({ name, mountPath }) => [name, mountPath])).toEqual([
        [spec.volumes[0]!.name, '/data'],
        [spec.volumes[1]!.name, '/workspace'],
      ]);
    }
    expect(Worker.template.spec.containers[0]!.resources).toEqual({
      limits: { cpu: 8, memory: '64Gi', 'nvidia.com/gpu': 1 },
    });
  });
});

interface Replica {
  readonly replicas: number;
  readonly template: {
    readonly spec: {
      readonly containers: readonly {
        readonly image: string;
        readonly args?: readonly string[];
        readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
        readonly resources?: unknown;
      }[];
      readonly volumes: readonly {
        readonly name: string;
        readonly persistentVolumeClaim: { readonly claimName: string };
      }[];
    };
  };
}
interface MpiJob {
  readonly spec: {
    readonly slotsPerWorker: number;
    readonly mpiReplicaSpecs: { readonly Launcher: Replica; readonly Worker: Replica };
  };
}

/** Fields by name, each a type of values, an enumeration, a list of one kind, or an object. */
type Shape = string | RegExp | readonly [Shape] | { readonly [field: string]: Shape };

const POD: Shape = {
  spec: {
    containers: [
      {
        name: 'string',
        image: 'string',
        command: ['string'],
        args: ['string'],
        volumeMounts: [{ name: 'string', mountPath: 'string' }],
        resources: { limits: { cpu: 'number', memory: 'string', 'nvidia.com/gpu': 'number' } },
      },
    ],
    volumes: [{ name: 'string', persistentVolumeClaim: { claimName: 'string' } }],
  },
};
const REPLICA: Shape = {
  replicas: 'number',
  restartPolicy: /^(Always|OnFailure|Never|ExitCode)$/,
  template: POD,
};
/**
 * The fields of the custom resource that are used.
 *
 * @source kubeflow/mpi-operator, manifests/base/kubeflow.org_mpijobs.yaml, v2beta1
 */
const MPI_JOB: Shape = {
  apiVersion: /^kubeflow\.org\/v2beta1$/,
  kind: /^MPIJob$/,
  metadata: { name: 'string' },
  spec: {
    slotsPerWorker: 'number',
    mpiImplementation: /^(OpenMPI|Intel|MPICH)$/,
    runPolicy: { cleanPodPolicy: /^(All|Running|None)$/, backoffLimit: 'number' },
    mpiReplicaSpecs: { Launcher: REPLICA, Worker: REPLICA },
  },
};

/** The places where a value is not of its shape. */
function unknownFields(value: unknown, shape: Shape, at = ''): string[] {
  if (typeof shape === 'string') return typeof value === shape ? [] : [at];
  if (shape instanceof RegExp) return shape.test(String(value)) ? [] : [at];
  if (Array.isArray(shape))
    return (value as unknown[]).flatMap((each, i) =>
      unknownFields(each, shape[0] as Shape, `${at}[${i}]`),
    );
  const fields = shape as { readonly [field: string]: Shape };
  return Object.entries(value as object).flatMap(([key, each]) =>
    Object.hasOwn(fields, key)
      ? unknownFields(each, fields[key]!, `${at}.${key}`)
      : [`${at}.${key}`],
  );
}

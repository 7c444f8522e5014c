import path from 'node:path';
import { usageError } from '../../../contract/usage-error.ts';
import type { Command } from '../../command.ts';
import { type KubeflowOrder, mpiJob } from '../../launch/kubeflow.ts';
import {
  LAUNCH_HELP,
  LAUNCH_OPTIONS,
  LAUNCH_POSITIONALS,
  readLaunchOrder,
  writeLaunched,
} from '../../launch/launch-order.ts';

export const command: Command = {
  name: 'launch kubeflow',
  details: `The launcher resumes the same run where it is started again. ${LAUNCH_HELP}`,
  positionals: LAUNCH_POSITIONALS,
  options: {
    image: { value: 'IMAGE', help: 'Image with the program, Open MPI and an ssh server.' },
    volume: {
      value: 'CLAIM:PATH',
      multiple: true,
      help: 'Mount a claimed volume in all pods: images, workspace. May be repeated.',
    },
    'cpus-per-node': { value: 'N', help: 'Cores of each pod.' },
    'gpus-per-node': { value: 'N', help: 'NVIDIA GPUs of each pod.' },
    memory: {
      value: 'SIZE',
      help: 'Memory of each pod as Kubernetes writes it, for example 64Gi.',
    },
    ...LAUNCH_OPTIONS,
  },
  examples: [
    'conmim launch kubeflow --image conmim:1 --nodes 4 --volume pictures:/data --volume runs:/workspace --workspace /workspace --out job.yaml -- pretrain --data /data --recipe small',
  ],
  async run(call) {
    const { args } = call;
    const order = await readLaunchOrder(call);
    // Pods have a name that the host names of their workers are made of.
    if (!/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/.test(order.name))
      throw usageError(
        `--name "${order.name}" is no name of a Kubernetes object: up to 50 lower-case letters, digits and dashes.`,
      );
    const text = mpiJob({
      ...order,
      image: args.need('image', 'IMAGE'),
      volumes: args.texts('volume').map(readVolume),
      cpusPerNode: args.integer('cpus-per-node'),
      gpusPerNode: args.integer('gpus-per-node'),
      memory: args.text('memory'),
    });
    await writeLaunched(
      call,
      'kubeflow',
      text,
      (file) => `Create it with:\n  kubectl apply -f ${file}`,
    );
  },
};

function readVolume(text: string): KubeflowOrder['volumes'][number] {
  const at = text.indexOf(':');
  const [claim, mount] = [text.slice(0, at), text.slice(at + 1)];
  if (at <= 0 || !path.posix.isAbsolute(mount))
    throw usageError(`--volume "${text}" is not of the form CLAIM:/PATH.`);
  return { claim, path: mount };
}

/**
 * A manifest of a Kubeflow MPIJob, which resumes the run where its launcher is started again.
 *
 * @source kubeflow/mpi-operator, v2beta1
 */
import { chooseLines, variableLines } from './go-on.ts';
import type { LaunchOrder } from './launch-order.ts';

export interface KubeflowOrder extends LaunchOrder {
  /** With the program, Open MPI and an ssh server. */
  readonly image: string;
  /** A claim of a volume, and where it is mounted in all pods. */
  readonly volumes: readonly { readonly claim: string; readonly path: string }[];
  readonly cpusPerNode: number | undefined;
  readonly gpusPerNode: number | undefined;
  /** As Kubernetes writes it, for example 64Gi. */
  readonly memory: string | undefined;
}

const MOST_RESTARTS = 5;

/** Lines of YAML, each with its depth. */
type Lines = readonly string[];

export function mpiJob(order: KubeflowOrder): string {
  const { nodes, ranksPerNode, name } = order;
  return `${[
    `# Trains with ${nodes * ranksPerNode} ranks in ${nodes} pods; create it by kubectl apply -f FILE.`,
    '# It needs the MPI operator of Kubeflow, and an image with the program, Open MPI and sshd.',
    'apiVersion: kubeflow.org/v2beta1',
    'kind: MPIJob',
    'metadata:',
    `  name: ${quoted(name)}`,
    'spec:',
    '  # Ranks of each pod.',
    `  slotsPerWorker: ${ranksPerNode}`,
    '  mpiImplementation: OpenMPI',
    '  runPolicy:',
    '    # Pods that still run are removed at the end, so they take no machines.',
    '    cleanPodPolicy: Running',
    '    # How often the launcher is started again; the run is then resumed from its last checkpoint.',
    `    backoffLimit: ${MOST_RESTARTS}`,
    '  mpiReplicaSpecs:',
    '    Launcher:',
    '      replicas: 1',
    '      restartPolicy: OnFailure',
    ...template(order, 'launcher', ['command: ["bash", "-c"]', 'args:', ...script(order)]),
    '    Worker:',
    `      replicas: ${nodes}`,
    '      restartPolicy: Never',
    ...template(order, 'worker', [
      '# Waits for the launcher, which starts ranks over ssh.',
      'command: ["/usr/sbin/sshd"]',
      'args: ["-De"]',
      ...resources(order),
    ]),
  ].join('\n')}\n`;
}

function template({ image, volumes }: KubeflowOrder, name: string, lines: Lines): Lines {
  return indented(6, [
    'template:',
    '  spec:',
    '    containers:',
    `      - name: ${name}`,
    `        image: ${quoted(image)}`,
    ...indented(8, lines),
    ...indented(8, list('volumeMounts', volumes, mountLines)),
    ...indented(4, list('volumes', volumes, claimLines)),
  ]);
}

/** The script of the launcher, as a block in which nothing is to be escaped. */
function script(order: KubeflowOrder): Lines {
  const ranks = order.nodes * order.ranksPerNode;
  return [
    '  - |',
    ...indented(4, [
      'set -u',
      ...variableLines(order),
      ...chooseLines(order),
      '# Not bound: Open MPI would give each rank one core. The operator names the pods to mpirun.',
      `exec mpirun --allow-run-as-root -n ${ranks} --bind-to none "\${conmim[@]}" "\${what[@]}"`,
    ]),
  ];
}

function resources({ cpusPerNode, gpusPerNode, memory }: KubeflowOrder): Lines {
  const limits = [
    cpusPerNode && `cpu: ${cpusPerNode}`,
    memory && `memory: ${quoted(memory)}`,
    gpusPerNode && `nvidia.com/gpu: ${gpusPerNode}`,
  ].filter((line) => typeof line === 'string');
  return limits.length === 0 ? [] : ['resources:', '  limits:', ...indented(4, limits)];
}

type Volume = KubeflowOrder['volumes'][number];

function mountLines({ path }: Volume, i: number): Lines {
  return [`- name: volume-${i}`, `  mountPath: ${quoted(path)}`];
}

function claimLines({ claim }: Volume, i: number): Lines {
  return [`- name: volume-${i}`, '  persistentVolumeClaim:', `    claimName: ${quoted(claim)}`];
}

/** Nothing of an empty list. */
function list<T>(key: string, all: readonly T[], lines: (each: T, i: number) => Lines): Lines {
  return all.length === 0 ? [] : [`${key}:`, ...indented(2, all.flatMap(lines))];
}

function indented(by: number, lines: Lines): Lines {
  return lines.map((line) => ' '.repeat(by) + line);
}

/** Texts of JSON are texts of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

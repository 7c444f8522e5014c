/** The folder in which ONNX Runtime's binding looks for the libraries of its providers. */
import { createRequire } from 'node:module';
import path from 'node:path';

export function runtimeFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return path.join(path.dirname(main), 'bin', 'napi-v6', process.platform, process.arch);
}

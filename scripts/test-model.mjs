// `npm run test:model`: installs onnxruntime-node without its install script in a temporary folder and runs a tiny model on
// it. It is no dependency: 290 MB that only a deployment with a model of its own needs.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'waarborg-model-'))
const run = (command, args, options = {}) => spawnSync(command, args, { stdio: 'inherit', ...options })
let status = 1
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const peer = 'onnxruntime-node@1.30.0'
  const installed = run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', peer], {
    cwd: folder,
  })
  if (installed.status !== 0) console.error(`${peer} could not be installed: the model tier was not tested`)
  else {
    const loads = run(process.execPath, ['-e', "require('onnxruntime-node')"], { cwd: folder })
    if (loads.status !== 0)
      console.error(
        `${peer} does not run on ${process.platform}-${process.arch} without its install script: the model tier was not tested`,
      )
    else
      status =
        run(
          process.execPath,
          ['--import', './src/platform/jsx.mjs', '--test', '--test-isolation=none', 'scripts/model-check.ts'],
          {
            env: { ...process.env, MODEL_CHECK_FOLDER: folder },
          },
        ).status ?? 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(status)

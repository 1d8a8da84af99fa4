#!/usr/bin/env node
import { createRequire } from 'node:module'
import { ExitCode } from './exit-code.ts'
import { runProgram } from './program.ts'

const require = createRequire(import.meta.url)
const interruption = new AbortController()
// Once: whoever cannot wait for the store to be closed sends it again.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  // Opened only when it is read: an open standard input keeps a process alive.
  get stdin() {
    return process.stdin
  },
  environment: process.env,
  signal: interruption.signal,
  version: () => (require('varve/package.json') as { version: string }).version,
  loadClassicLevel: () => import('classic-level'),
})
// What was interrupted may still wait for input, or for work that nobody needs any more.
if (process.exitCode === ExitCode.interrupted) process.exit()

import type { LoadHook, ResolveHook } from 'node:module'
import { withMutants } from './mutate-module.ts'
import { scannedModules } from './mutation-sites.ts'

const RUNNER = new URL('./mutation-vitest.js', import.meta.url).href

const modules = new Map(scannedModules().map((module) => [module.url, module]))

/** Test files find their tests noted instead of run. */
export const resolve: ResolveHook = (specifier, context, next) => {
  if (specifier === 'vitest' && context.parentURL !== RUNNER) return { url: RUNNER, shortCircuit: true }
  return next(specifier, context)
}

/** Modules of the engine are loaded with their mutants. On the disk nothing is changed. */
export const load: LoadHook = (url, context, next) => {
  const module = modules.get(url)
  return module === undefined
    ? next(url, context)
    : { format: 'module', source: withMutants(module), shortCircuit: true }
}

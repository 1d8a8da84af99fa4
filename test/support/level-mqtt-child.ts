import { createRequire, Module } from 'node:module'
import { type DatabaseKind, databaseClasses } from './level-databases.ts'

/**
 * Runs the published tests of aedes-persistence-level, unchanged: the abstract ones of aedes-persistence and some of
 * its own, all by node:test. What they load as `level` is one kind of database; their directories are under TMPDIR.
 */
export interface MqttPlan {
  readonly kind: DatabaseKind
}

const plan: MqttPlan = JSON.parse(process.argv[2]!)
const tests = createRequire(import.meta.url).resolve('aedes-persistence-level/test/test.js')
const require = createRequire(tests)

const level = new Module(require.resolve('level'))
level.exports = { Level: databaseClasses[plan.kind] }
level.loaded = true
require.cache[level.id] = level

require(tests)

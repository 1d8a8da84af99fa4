import { mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { endOf, startChild } from '../support/level-child.ts'
import type { DatabaseKind } from '../support/level-databases.ts'
import type { MqttPlan } from '../support/level-mqtt-child.ts'

const root = mkdtempSync(join(tmpdir(), 'varve-mqtt-'))
afterAll(() => rm(root, { recursive: true, force: true }), 60_000)

/** The totals at the end of a TAP report, by name. */
function totalsOf(report: string): Record<string, number> {
  const totals = report.matchAll(/^# (tests|pass|fail|cancelled|skipped|todo) (\d+)$/gm)
  return Object.fromEntries([...totals].map(([, name, count]) => [name, Number(count)]))
}

describe('aedes-persistence-level, which keeps the state of an MQTT broker', () => {
  const kinds: [where: string, kind: DatabaseKind][] = [
    ['on disk', 'varve'],
    ['in memory', 'varve in memory'],
  ]
  test.each(kinds)('its own tests pass %s, and end by themselves', async (_where, kind) => {
    const plan: MqttPlan = { kind }
    const child = startChild('level-mqtt-child', plan, root, ['--test-reporter=tap'])
    const { code, output, errors } = await endOf(child, 50_000)
    // 50 abstract ones of aedes-persistence 11, 9 more of aedes-persistence-level 9.2.
    expect(totalsOf(output), output).toEqual({ tests: 59, pass: 59, fail: 0, cancelled: 0, skipped: 0, todo: 0 })
    // An assertion that fails after the end of its test is no failed test, but a line and the code 1.
    expect(output).not.toContain('asynchronous activity after the test ended')
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(readdirSync(join(root, 'aedes-persistence-level-test')).length).toBeGreaterThan(0)
  })
})

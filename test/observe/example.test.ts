import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'varve'
import { SimulatedFileSystem } from 'varve/testing'
import { expect, test } from 'vitest'
import { serveMetrics, tellTrouble } from '../../examples/metrics-server.ts'
import { parseExposition } from '../support/observe-exposition.ts'

test('the example serves the metrics and alerts of a store', async () => {
  await using store = await open('/served', { fileSystem: new SimulatedFileSystem() })
  for (let i = 0; i < 100; i++) await store.put(`key ${i}`, 'value')
  const server = await serveMetrics(store)
  try {
    const metrics = await fetch(`${server.url}/metrics`)
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const families = parseExposition(await metrics.text())
    const bytes = families.find(({ name }) => name === 'varve_user_bytes_total')
    expect(bytes?.samples).toEqual([{ name: bytes?.name, labels: { store: 'main' }, value: store.stats().userBytes }])
    const scans = Array.from({ length: 100 }, () => store.scan())
    const alerts = await fetch(`${server.url}/alerts`)
    expect(await alerts.json()).toMatchObject([{ severity: 'warning', metric: 'openScans', value: 100 }])
    for (const scan of scans) scan.close()
    expect((await fetch(server.url)).status).toBe(404)
    await expect(serveMetrics(store, Number(new URL(server.url).port))).rejects.toThrow('EADDRINUSE')
    await store.close()
    const late = await fetch(`${server.url}/metrics`)
    expect([late.status, await late.text()]).toEqual([503, expect.stringContaining('closed')])
  } finally {
    await server.close()
  }
})

test('the example tells of trouble at once', async () => {
  const lines: string[] = []
  const end = tellTrouble((line) => lines.push(line))
  const disk = new SimulatedFileSystem()
  const store = await open('/troubled', { fileSystem: disk })
  await store.put('a', '1')
  disk.faults = ({ operation }) => (operation === 'sync' ? { error: 'EIO' } : undefined)
  await store.put('b', '2').catch(() => undefined)
  await store.close().catch(() => undefined)
  end()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\/troubled poisoned: .*sync/)
})

test('what the document shows is the example', () => {
  const read = (path: string): string => readFileSync(join(process.cwd(), path), 'utf8')
  const example = read('examples/metrics-server.ts')
  const shown = [...read('docs/observability.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
  expect(shown.length).toBeGreaterThan(0)
  for (const code of shown) expect(example).toContain(code)
})

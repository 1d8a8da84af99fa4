import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { assess, type KeyValueStore, observe, prometheusContentType, prometheusText, type StoreStatistics } from 'varve'

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves what Prometheus reads and what an operator asks for, on loopback; port 0 takes a free one. */
export async function serveMetrics(store: Pick<KeyValueStore, 'stats'>, port = 0): Promise<MetricsServer> {
  const server = createServer(({ url }, response) => {
    let stats: StoreStatistics
    try {
      stats = store.stats()
    } catch {
      // The store is closed already; what is thrown here would end the process.
      response.writeHead(503).end('the store is closed\n')
      return
    }
    if (url === '/metrics') {
      response
        .setHeader('Content-Type', prometheusContentType)
        .end(prometheusText(stats, { labels: { store: 'main' } }))
    } else if (url === '/alerts') {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(assess(stats)))
    } else {
      response.writeHead(404).end('there are /metrics and /alerts\n')
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: taken } = server.address() as AddressInfo
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  return { url: `http://127.0.0.1:${taken}`, close }
}

/** Passes on what should not wait for the next look at the numbers. Returns what ends it. */
export function tellTrouble(log: (line: string) => void): () => void {
  const ends = [
    observe('varve:error', ({ directory, consequence, error }) => log(`${directory} ${consequence}: ${error.message}`)),
    observe('varve:stall', (event) => {
      if (event.phase === 'start') return
      if (event.milliseconds > 1000) log(`${event.directory}: writers waited ${event.milliseconds.toFixed()} ms`)
    }),
    observe('varve:recovery', (event) => {
      if (event.phase === 'end' && event.outcome === 'done' && event.droppedBytes > 0) {
        log(`${event.directory} dropped ${event.droppedBytes} bytes of its logs: ${event.droppedReason}`)
      }
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { assess, type KeyValueStore, observe, prometheusContentType, prometheusText, type StoreStatistics } from 'varve'

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/** What Prometheus reads, and what an operator asks for. */
function answer(stats: StoreStatistics, url: string | undefined, response: ServerResponse): void {
  if (url === '/metrics') {
    response.setHeader('Content-Type', prometheusContentType).end(prometheusText(stats, { labels: { store: 'main' } }))
  } else if (url === '/alerts') {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(assess(stats)))
  } else {
    response.writeHead(404).end('there are /metrics and /alerts\n')
  }
}

/** Serves it on loopback; port 0 takes a free one. */
export async function serveMetrics(store: Pick<KeyValueStore, 'stats'>, port = 0): Promise<MetricsServer> {
  const server = createServer(({ url }, response) => {
    try {
      answer(store.stats(), url, response)
    } catch (error) {
      // Of a store that is closed: thrown from here, it would end the process.
      response.writeHead(503).end(`${(error as Error).message}\n`)
    }
  })
  await once(server.listen(port, '127.0.0.1'), 'listening') // rejects where the port is taken
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

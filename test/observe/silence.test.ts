import { channel } from 'node:diagnostics_channel'
import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { Activity } from '../../src/observe/activity.ts'
import { isWatched, observe } from '../../src/observe/event-channels.ts'
import { LatencyHistogram } from '../../src/observe/latency-histogram.ts'
import { StoreObserver } from '../../src/observe/store-observer.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { TINY } from '../support/lsm-harness.ts'
import { EVENT_NAMES } from '../support/observe-recorder.ts'

const store = { directory: '/silent', engine: 'lsm' } as const

function mustNotBeAsked(): never {
  throw new Error('nobody listens')
}

test('what is observed must be an event, and who is told a function', () => {
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
  for (const name of ['varve:stal', 'toString', undefined]) {
    expect(() => observe(name as 'varve:stall', () => {})).toThrow(refused)
  }
  expect(() => observe('varve:stall', undefined as unknown as () => void)).toThrow(refused)
  expect(EVENT_NAMES.some(isWatched)).toBe(false)
})

describe('where nobody listens', () => {
  test('no payload is made, and durations are measured all the same', () => {
    const histogram = new LatencyHistogram()
    const owner = { store, clock: nodeRuntime }
    const begin = (): Activity<object> => new Activity('varve:flush', owner, 1, histogram, mustNotBeAsked)
    begin().done(mustNotBeAsked)
    begin().failed({ toString: mustNotBeAsked })
    begin().abandoned()
    expect(histogram.summary().count).toBe(1)
  })

  test('errors are not even looked at', () => {
    const observer = new StoreObserver(store, nodeRuntime, new LatencyHistogram())
    expect(() => observer.error('retried', { toString: mustNotBeAsked })).not.toThrow()
  })

  test('a store publishes nothing', async () => {
    let published = 0
    for (const name of EVENT_NAMES) {
      channel(name).publish = () => {
        published++
      }
    }
    try {
      const disk = new SimulatedFileSystem()
      const silent = await open('/silent', { ...TINY, fileSystem: disk, durability: 'process' })
      await Promise.all(Array.from({ length: 100 }, (_, i) => silent.put(`key ${i}`, 'x'.repeat(100))))
      await silent.compact()
      disk.faults = ({ operation }) => (operation === 'sync' ? { error: 'EIO' } : undefined)
      await silent.put('a', 'b', { durability: 'power' }).catch(() => undefined)
      await silent.close().catch(() => undefined)
    } finally {
      for (const name of EVENT_NAMES) Reflect.deleteProperty(channel(name), 'publish')
    }
    expect(published).toBe(0)
  })
})

describe('a listener', () => {
  test('is asked for until it ends', () => {
    expect(EVENT_NAMES.filter(isWatched)).toEqual([])
    const ends = EVENT_NAMES.map((name) => observe(name, () => undefined))
    expect(EVENT_NAMES.filter(isWatched)).toEqual(EVENT_NAMES)
    for (const end of ends) end()
    expect(EVENT_NAMES.filter(isWatched)).toEqual([])
  })

  test('may subscribe by the name of the channel alone', () => {
    const heard: unknown[] = []
    const listener = (event: unknown): void => {
      heard.push(event)
    }
    channel('varve:error').subscribe(listener)
    new StoreObserver(store, nodeRuntime, new LatencyHistogram()).error('retried', new Error('why'))
    channel('varve:error').unsubscribe(listener)
    const error = { code: undefined, message: 'why', file: undefined, offset: undefined }
    expect(heard).toEqual([{ ...store, consequence: 'retried', error }])
  })

  test('that is told of an end only, because it came late, is told the whole of it', () => {
    const activity = new Activity('varve:stall', { store, clock: nodeRuntime }, 3, undefined, mustNotBeAsked)
    const heard: unknown[] = []
    const end = observe('varve:stall', (event) => heard.push(event))
    activity.done(() => ({}))
    activity.abandoned()
    end()
    expect(heard).toEqual([{ ...store, id: 3, phase: 'end', outcome: 'done', milliseconds: expect.any(Number) }])
  })
})

import { describe, expect, test } from 'vitest'
import { type Choices, recordedChoices, recording, seededChoices } from '../../src/testing/choices.ts'
import { everyChoice } from '../../src/testing/every-choice.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { bytesOf, readText } from '../support/bytes-text.ts'

describe('steps', () => {
  test('are taken in the order that choices decide, the first come by default', async () => {
    const orderOf = async (choices?: Choices): Promise<string> => {
      const runtime = new SimulatedRuntime(choices === undefined ? {} : { choices })
      const order: string[] = []
      const task = async (name: string): Promise<void> => {
        await runtime.yield()
        order.push(name)
      }
      await runtime.run(Promise.all(['a', 'b', 'c'].map(task)))
      return order.join('')
    }
    expect(await orderOf()).toBe('abc')
    const orders: string[] = []
    for (const order of everyChoice(orderOf)) orders.push(await order)
    expect(orders).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
  })

  test('come after everything that the last one set off', async () => {
    const runtime = new SimulatedRuntime()
    const seen: string[] = []
    const chatter = async (name: string): Promise<void> => {
      await runtime.yield()
      for (let i = 0; i < 20; i++) await undefined
      seen.push(name)
    }
    await runtime.run(Promise.all([chatter('first'), runtime.yield().then(() => seen.push('second'))]))
    expect(seen).toEqual(['first', 'second'])
  })

  test('are taken one by one where a run is to end in the middle', async () => {
    const runtime = new SimulatedRuntime()
    const seen: number[] = []
    const work = async (): Promise<void> => {
      for (let i = 1; i <= 5; i++) {
        await runtime.yield()
        seen.push(i)
      }
    }
    void work()
    await runtime.drain(0)
    expect(seen).toEqual([])
    await runtime.drain(2)
    expect(seen).toEqual([1, 2])
    await runtime.drain()
    expect([seen.length, runtime.steps]).toEqual([5, 5])
  })

  test('of a file system take effect when they are chosen: a sync may overtake a write that nobody awaited', async () => {
    const outcomes = new Set<string>()
    for (const outcome of everyChoice(async (choices) => {
      const runtime = new SimulatedRuntime({ choices })
      const disk = new SimulatedFileSystem({ profile: 'synced-only', runtime })
      const handle = disk.open('/a', 'create', 'wal')
      disk.syncDirectorySync('/')
      await runtime.run(Promise.all([handle.append(bytesOf('x')), handle.append(bytesOf('y')), handle.sync()]))
      return `${readText(disk, '/a')}/${readText(disk.crash(), '/a').replaceAll('\0', '_')}`
    })) {
      outcomes.add(await outcome)
    }
    expect([...outcomes].sort()).toEqual(['xy/', 'xy/_y', 'xy/x', 'xy/xy'])
  })
})

describe('the clock', () => {
  test('stands still while something can run, and moves to the next timer when nothing can', async () => {
    const runtime = new SimulatedRuntime({ startMs: 1000 })
    const seen: string[] = []
    const cancel = runtime.timer(10, () => seen.push('cancelled'))
    runtime.timer(20, () => seen.push(`timer at ${runtime.now()}`))
    runtime.timer(30, cancel)
    cancel()
    const work = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await runtime.yield()
      seen.push(`yields at ${runtime.now()}`)
      await runtime.sleep(50)
      seen.push(`slept until ${runtime.monotonic()}`)
    }
    await runtime.run(work)
    expect(seen).toEqual(['yields at 1000', 'timer at 1020', 'slept until 50'])
  })

  test('may move early by choice, unless it is told not to', async () => {
    const nowAfterYield = async (earlyTimers: boolean): Promise<number> => {
      const runtime = new SimulatedRuntime({ choices: recordedChoices([1, 1, 1]), earlyTimers, startMs: 0 })
      runtime.timer(7, () => {})
      await runtime.run(runtime.yield())
      return runtime.now()
    }
    expect([await nowAfterYield(true), await nowAfterYield(false)]).toEqual([7, 0])
  })

  test('is moved by hand: drain leaves it, advance takes it along timer by timer', async () => {
    const runtime = new SimulatedRuntime({ startMs: 0 })
    const seen: number[] = []
    for (const ms of [0, 5, 9, 30]) void runtime.sleep(ms).then(() => seen.push(runtime.now()))
    await runtime.drain()
    expect(seen).toEqual([0])
    await runtime.advance(10)
    expect([seen, runtime.now(), runtime.ready]).toEqual([[0, 5, 9], 10, 0])
  })
})

describe('a run', () => {
  test('fails where nothing can run any more, and where there is no end', async () => {
    const runtime = new SimulatedRuntime({ maxSteps: 100 })
    await expect(runtime.run(new Promise(() => {}))).rejects.toThrow(/nothing can run/)
    // A process does not stay alive for such a timer, so nobody may wait for it.
    await expect(runtime.run(new Promise<void>((wake) => void runtime.timer(1, wake, false)))).rejects.toThrow(
      /timer that keeps no process alive/,
    )
    const endless = async (): Promise<void> => {
      for (;;) await runtime.yield()
    }
    await expect(runtime.run(endless)).rejects.toThrow(/no end after 100 steps/)
    runtime.nextLife()
    await expect(runtime.run(runtime.yield())).rejects.toThrow(/what nextLife\(\) returned goes on/)
  })

  test('returns and throws what its promise does, and what a background task throws', async () => {
    const runtime = new SimulatedRuntime()
    expect(await runtime.run(async () => 7)).toBe(7)
    await expect(runtime.run(Promise.reject(new Error('own')))).rejects.toThrow('own')
    runtime.spawn('flush', async () => {
      throw new Error('bad')
    })
    await expect(runtime.run(runtime.yield())).rejects.toThrow(/background task flush failed/)
  })

  test('of a life that is over never goes on, and the next one has its clock, not its steps', async () => {
    const runtime = new SimulatedRuntime({ startMs: 0, choices: recording(seededChoices(1)) })
    const seen: string[] = []
    void runtime.yield().then(() => seen.push('a dead step'))
    await runtime.advance(5)
    void runtime.sleep(1).then(() => seen.push('a dead sleep'))
    const first = runtime.random(new Uint8Array(4)).join()
    const next = runtime.nextLife()
    void runtime.yield().then(() => seen.push('a step of the dead'))
    await next.run(next.sleep(10))
    await runtime.advance(100)
    expect([seen, next.now()]).toEqual([['a dead step'], 15])
    expect(next.random(new Uint8Array(4)).join()).not.toBe(first)
    expect(new SimulatedRuntime().random(new Uint8Array(4)).join()).toBe(first)
  })
})

import { describe, expect, test } from 'vitest'
import { open } from '../../src/index.ts'
import { type Recording, recordedChoices, recording, seededChoices } from '../../src/testing/choices.ts'
import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'

const TINY = { memtableBytes: 512, blockBytes: 64 }

/** Two lives of a store, the first of which ends with a power cut somewhere in its second half: what is left, and the hashes of it. */
async function twoLives(
  profile: ProfileName,
  choices: Recording,
): Promise<{ keys: number; durable: number; hash: string }> {
  const runtime = new SimulatedRuntime({ choices })
  let disk = new SimulatedFileSystem({ profile, choices, runtime })
  const store = await runtime.run(open('/store', { ...TINY, fileSystem: disk, runtime }))
  let durable = 0
  for (let i = 0; i < 10; i++) {
    await runtime.run(store.put(`${i}`, `v${i}`))
    durable++
  }
  const rest: Promise<unknown>[] = []
  for (let i = 10; i < 30; i++) {
    const durability = i % 3 === 0 ? 'power' : 'process'
    const noted = store.put(`${i}`, `v${i}`, { durability }).then(() => {
      if (durability === 'power') durable = i + 1
    })
    rest.push(noted)
  }
  await runtime.run(Promise.race([rest[choices.pick(20, 'the write after which the power fails')]!]))
  const promised = durable
  disk = disk.crash()
  const next = runtime.nextLife()
  disk.runtime = next
  const again = await next.run(open('/store', { ...TINY, fileSystem: disk, runtime: next }))
  await next.run(again.verify())
  const keys = [...again.scan()].length
  for (let i = 0; i < keys; i++) expect(again.getSync(`${i}`, { encoding: 'utf8' })).toBe(`v${i}`)
  await next.run(again.close())
  expect(disk.openFiles).toBe(0)
  return { keys, durable: promised, hash: `${disk.traceHash()} ${disk.imageHash()}` }
}

describe.each(profileNames)('a store on a %s disk', (profile) => {
  test('has after a power cut what was durable, and a prefix of the rest', async () => {
    for (let seed = 0; seed < 30; seed++) {
      const { keys, durable } = await twoLives(profile, recording(seededChoices(seed, { benign: 0.3 })))
      expect(durable).toBeGreaterThanOrEqual(10)
      expect(keys).toBeGreaterThanOrEqual(durable)
    }
  })
})

test('two runs with the same choices are the same, call by call, and a recording replays one', async () => {
  const hashes = new Set<string>()
  for (let seed = 0; seed < 20; seed++) {
    const first = recording(seededChoices(seed))
    const outcome = await twoLives('posix-minimal', first)
    expect(await twoLives('posix-minimal', recording(seededChoices(seed)))).toEqual(outcome)
    expect(await twoLives('posix-minimal', recording(recordedChoices(first.list)))).toEqual(outcome)
    hashes.add(outcome.hash)
  }
  expect(hashes.size).toBeGreaterThan(10)
})

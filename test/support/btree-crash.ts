import { openBTree } from '../../src/btree/open-btree.ts'
import type { BTreeOptions } from '../../src/btree/options.ts'
import type { Durability, KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { seededChoices } from '../../src/testing/choices.ts'
import { CommitHistory, type Operation, type State, sameState, show } from '../../src/testing/commit-history.ts'
import type { ProfileName } from '../../src/testing/disk-profile.ts'
import type { FileCall } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { keyOf, TINY } from './btree-harness.ts'
import { expectCode } from './contract-store.ts'
import { seededNumbers } from './seeded-numbers.ts'

/** What a crash at one moment left, and what may be found there. */
export interface Image {
  readonly disk: SimulatedFileSystem
  readonly allowed: readonly State[]
  readonly moment: string
}

const DURABILITIES: readonly Durability[] = ['power', 'process', 'none']
const KEYS = 60

/** Opens what is left, and reads it. */
async function contentsOf(disk: SimulatedFileSystem, options: BTreeOptions<'bytes'>): Promise<State> {
  const store = await openBTree<'utf8'>('/store', { ...options, fileSystem: disk, encoding: 'utf8' })
  try {
    await store.verify()
    return new Map(store.scan().allSync())
  } finally {
    await store.close()
  }
}

function batchOf(numbers: () => number): Operation[] {
  const count = numbers() % 4 === 0 ? 1 + (numbers() % 12) : 1
  return Array.from({ length: count }, () => {
    const key = keyOf(numbers() % KEYS)
    const isDelete = numbers() % 4 === 0
    return { key, value: isDelete ? undefined : String.fromCharCode(97 + (numbers() % 26)).repeat(numbers() % 900) }
  })
}

async function write(store: KeyValueStore, model: CommitHistory, numbers: () => number): Promise<void> {
  const operations = batchOf(numbers)
  const durability = DURABILITIES[numbers() % 3]!
  const count = model.append(operations)
  const given = operations.map(({ key, value }) =>
    value === undefined ? ({ type: 'delete', key } as const) : ({ type: 'put', key, value } as const),
  )
  await store.batch(given, { durability })
  model.resolve(count, durability)
}

/** A life in which the power is cut, in thought, before every n-th call. */
async function photographedLife(
  options: BTreeOptions<'bytes'>,
  profile: ProfileName,
  seed: number,
  every: number,
): Promise<Image[]> {
  const numbers = seededNumbers(seed)
  const choices = seededChoices(seed)
  const disk = new SimulatedFileSystem({ profile, choices })
  const model = new CommitHistory()
  const images: Image[] = []
  const store = await openBTree<'bytes'>('/store', { ...options, fileSystem: disk })
  disk.beforeEffect = ({ index, operation, path }) => {
    if (index % every !== 0) return
    images.push({ disk: disk.crash(), allowed: model.recoverable('power cut'), moment: `${operation} ${path}` })
  }
  for (let step = 0; step < 60; step++) {
    await write(store, model, numbers)
    if (step % 20 !== 19) continue
    const before = model.published
    await store.flush()
    model.secure(before)
  }
  await store.close()
  model.secure(model.issued)
  images.push({ disk: disk.crash(), allowed: model.recoverable('power cut'), moment: 'after the close' })
  return images
}

/**
 * Looks at every image: what is found must be allowed; and so it must be where the power is cut once more while the first
 * cut is being recovered. Returns how many images were looked at.
 */
export async function crashEverywhere(
  given: BTreeOptions<'bytes'>,
  profile: ProfileName,
  seed: number,
  every: number,
): Promise<number> {
  const options = { ...TINY, checkpointLogBytes: 8192, ...given }
  let looked = 0
  for (const image of await photographedLife(options, profile, seed, every)) {
    looked += await crashAmidRecovery(image, options, ({ index }) => index % every === 0)
  }
  return looked
}

/** Looks at an image, and at what a power cut leaves before each call of its opening that is `meant`. */
export async function crashAmidRecovery(
  image: Image,
  options: BTreeOptions<'bytes'>,
  isMeant: (call: FileCall) => boolean,
): Promise<number> {
  const again: Image[] = []
  image.disk.beforeEffect = (call) => {
    if (!isMeant(call)) return
    const moment = `${image.moment}, then ${call.operation} ${call.path}`
    again.push({ disk: image.disk.crash(), allowed: image.allowed, moment })
  }
  await look(image, options)
  for (const second of again) await look(second, options)
  return 1 + again.length
}

async function look({ disk, allowed, moment }: Image, options: BTreeOptions<'bytes'>): Promise<void> {
  // A rename that leaves neither name leaves no checkpoint: then opening is refused, which is all that can be done.
  if (disk.profile === 'paranoid' && disk.status('/store/CHECKPOINT') === undefined) {
    await expectCode(() => contentsOf(disk, options), 'CORRUPTION')
    return
  }
  const found = await contentsOf(disk, options).catch((error: unknown) => {
    throw new Error(`cut at ${moment}: ${String(error)}`, { cause: error })
  })
  if (allowed.some((state) => sameState(state, found))) return
  throw new Error(`cut at ${moment}: found ${show(found)}, which is none of ${allowed.length} states`)
}

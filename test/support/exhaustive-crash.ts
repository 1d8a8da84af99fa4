import { benignChoices, type Choices, seededChoices } from '../../src/testing/choices.ts'
import { everyChoice } from '../../src/testing/every-choice.ts'
import type { FileCall } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { type Contents, contentsOf, type History, HistoryRun, nameOf, openExhaustive } from './exhaustive-history.ts'
import { ImageFindings } from './image-findings.ts'
import { lateCalls } from './prompt-runtime.ts'

/** Which power cuts are tried. 'two': all that is un-synced is lost, or is there; 'subsets': any part of it, too. */
export type Cuts = 'two' | 'subsets'

export interface ExhaustiveTally {
  histories: number
  crashPoints: number
  images: number
  /** Images that no earlier crash had left: each was recovered once, and what was found held against the promises of each crash. */
  distinct: number
  /** Distinct images after which the store was written, flushed, merged and opened again. */
  used: number
  /** Crash points with at most MAX_ATOMS un-synced changes, every subset of which was tried; and those where subsets were drawn. */
  everySubset: number
  sampledSubsets: number
}

export function emptyTally(): ExhaustiveTally {
  return { histories: 0, crashPoints: 0, images: 0, distinct: 0, used: 0, everySubset: 0, sampledSubsets: 0 }
}

/** More un-synced changes than these, or more ways to lose them, are sampled. */
const MAX_ATOMS = 8
const MAX_WAYS = 4096
const SAMPLES = 64

/** One image in so many is written to after its recovery. */
const USED_ONE_IN = 16

const CHANGES: ReadonlySet<string> = new Set([
  'append',
  'write',
  'truncate',
  'sync',
  'syncDirectory',
  'rename',
  'unlink',
  'makeDirectory',
  'removeDirectory',
])

/** Whether a call changes what is on the disk, or what a power cut would leave of it. */
function isChange({ operation, category }: FileCall): boolean {
  return CHANGES.has(operation) || (operation === 'open' && category !== undefined)
}

interface Image {
  readonly disk: SimulatedFileSystem
  readonly hash: string
  readonly crash: string
  readonly allowed: readonly Contents[]
}

/** Crashes histories inside their last operation, before and after each call that changes something, and recovers what is left. */
export class ExhaustiveCrash {
  readonly tally: ExhaustiveTally = emptyTally()
  readonly #cuts: Cuts
  /** By image: what was found there. */
  readonly #findings = new ImageFindings()

  constructor(cuts: Cuts) {
    this.#cuts = cuts
  }

  /** Throws an Error that names the history and the crash where a promise is broken. */
  async run(history: History, durability: 'power' | 'process'): Promise<void> {
    const images = await this.#imagesOf(history, durability)
    this.tally.histories++
    for (const image of images) {
      try {
        await this.#judge(image)
      } catch (error) {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
        throw new Error(`${nameOf(history)} ('${durability}'), then ${image.crash}: ${what}`)
      }
    }
  }

  async #imagesOf(history: History, durability: 'power' | 'process'): Promise<Image[]> {
    const disk = new SimulatedFileSystem({ runtime: lateCalls })
    const run = new HistoryRun(disk, durability)
    await run.open()
    const before = history.slice(0, -1)
    for (const [index, operation] of before.entries()) await run.perform(operation, index + 1)
    await turn()
    const images: Image[] = []
    const crash = (where: string): void => {
      this.tally.crashPoints++
      for (const image of this.#crashes(run, where)) images.push(image)
    }
    disk.beforeEffect = (call) => {
      if (isChange(call)) crash(`a crash before call ${call.index}, ${call.operation} ${call.path}`)
    }
    run.acknowledged = () => crash('a crash at the acknowledgement')
    await run.perform(history.at(-1)!, history.length)
    // What goes on in the background belongs to the operation that began it.
    await turn()
    crash('a crash at the end')
    return images
  }

  #crashes(run: HistoryRun, where: string): Image[] {
    const { disk, states, processFloor, powerFloor } = run
    const image = (left: SimulatedFileSystem, floor: number, kind: string): Image => {
      return { disk: left, hash: left.imageHash(), allowed: states.slice(floor), crash: `${where}, ${kind}` }
    }
    const images = [
      image(disk.crash(benignChoices, 'all-persisted'), processFloor, 'all-persisted'),
      image(disk.crash(benignChoices, 'synced-only'), powerFloor, 'synced-only'),
    ]
    if (this.#cuts === 'subsets') {
      for (const left of this.#subsets(disk)) images.push(image(left, powerFloor, 'posix-minimal'))
    }
    this.tally.images += images.length
    return images
  }

  #subsets(disk: SimulatedFileSystem): SimulatedFileSystem[] {
    const left: SimulatedFileSystem[] = []
    if (disk.unsyncedCount <= MAX_ATOMS) {
      const every = everyChoice((choices) => disk.crash(few(choices), 'posix-minimal'))
      for (let next = every.next(); !next.done && left.length < MAX_WAYS; next = every.next()) left.push(next.value)
      if (left.length < MAX_WAYS) {
        this.tally.everySubset++
        return left
      }
    }
    this.tally.sampledSubsets++
    left.length = Math.min(left.length, SAMPLES)
    for (let seed = 0; seed < SAMPLES; seed++) left.push(disk.crash(seededChoices(seed), 'posix-minimal'))
    return left
  }

  async #judge(image: Image): Promise<void> {
    const { hash, allowed } = image
    let code = this.#findings.get(hash)
    if (code === undefined) {
      code = codeOf(await this.#recover(image))
      this.#findings.add(hash, code)
    }
    if (allowed.every((contents) => codeOf(contents) !== code)) {
      throw new Error(`it holds ${code}; it may hold ${allowed.map(codeOf).join(' or ')}`)
    }
  }

  async #recover({ disk, hash }: Image): Promise<Contents> {
    this.tally.distinct++
    const first = await openExhaustive(disk, 'power', 1000)
    const contents = contentsOf(first)
    await first.verify()
    await first.close()
    const again = await openExhaustive(disk, 'power', 2000)
    expectContents('opened again', contentsOf(again), contents)
    if (Number.parseInt(hash.slice(-8), 16) % USED_ONE_IN === 0) {
      this.tally.used++
      const left = await this.#use(again, disk)
      expectContents('written, and opened again', left, '9999 9999')
    } else await again.close()
    if (disk.openFiles !== 0) throw new Error(`${disk.openFiles} files stay open`)
    return contents
  }

  async #use(store: Awaited<ReturnType<typeof openExhaustive>>, disk: SimulatedFileSystem): Promise<Contents> {
    await store.put('a', '9999')
    await store.put('b', `9999${'b'.repeat(300)}`)
    const cut = await openExhaustive(disk.crash(benignChoices, 'synced-only'), 'power', 3000)
    expectContents('written, and the power cut', contentsOf(cut), '9999 9999')
    await cut.close()
    await store.flush()
    await store.compact()
    await store.verify()
    await store.close()
    const last = await openExhaustive(disk, 'power', 4000)
    const contents = contentsOf(last)
    await last.close()
    return contents
  }
}

/** Both numbers of contents in one. */
function codeOf(contents: Contents): number {
  const [a, b] = contents.split(' ')
  return 100 * Number(a) + Number(b)
}

function expectContents(when: string, found: Contents, expected: Contents): void {
  if (found !== expected) throw new Error(`${when}, it holds ${found} instead of ${expected}`)
}

/** Of the bytes at which a write may be torn, which only differ in where a record ends: none, one and half of them. */
function few(choices: Choices): Choices {
  return {
    pick(options, label) {
      if (!label.startsWith('torn') || options <= 3) return choices.pick(options, label)
      return [0, 1, options >> 1][choices.pick(3, label)]!
    },
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

import type { KeyValueStore, Snapshot } from '../../src/kv-store/kv-store.ts'
import type { Scan } from '../../src/kv-store/scan.ts'
import { type State, sameState, show } from '../../src/testing/commit-history.ts'
import { stateOf, toText } from '../../src/testing/store-session.ts'
import type { CrashHistory } from './crash-run-history.ts'
import { BrokenInvariant, type InvariantChecks } from './crash-run-invariants.ts'

const SCANS_MAX = 3

/** Everything that is read in one life, and what was seen through each snapshot and scan at first. */
export class CrashViews {
  readonly #store: KeyValueStore
  readonly #history: CrashHistory
  readonly #checks: InvariantChecks
  /** Takes the error of a read that failed; throws where it may not. */
  readonly #told: (error: unknown) => void
  readonly #snapshots: { readonly snapshot: Snapshot<'bytes'>; readonly state: State }[] = []
  readonly #scans: { readonly scan: Scan<'bytes'>; readonly rest: (readonly [string, string])[] }[] = []

  constructor(store: KeyValueStore, history: CrashHistory, checks: InvariantChecks, told: (error: unknown) => void) {
    this.#store = store
    this.#history = history
    this.#checks = checks
    this.#told = told
  }

  takeSnapshot(): void {
    this.#tolerate(() => {
      const snapshot = this.#store.snapshot()
      this.#snapshots.push({ snapshot, state: this.#visible(snapshot.scan().allSync()) })
    })
  }

  /** Reads two entries of an open scan, or begins one. */
  moveScan(reverse: boolean): void {
    this.#tolerate(() => {
      const at = this.#scans.findIndex(({ rest }) => rest.length > 0)
      if (at === -1) {
        const entries = this.#store.scan({ reverse }).allSync()
        this.#visible(reverse ? entries.slice().reverse() : entries)
        const rest = entries.map(([key, value]) => [toText(key), toText(value)] as const)
        if (this.#scans.length < SCANS_MAX) this.#scans.push({ scan: this.#store.scan({ reverse }), rest })
        return
      }
      const { scan, rest } = this.#scans[at]!
      for (const [key, value] of scan.nextBatchSync(2)) {
        const [expectedKey, expectedValue] = rest.shift() ?? []
        const isSame = toText(key) === expectedKey && toText(value) === expectedValue
        this.#checks.require(12, isSame, () => `a scan that was kept open goes on with ${JSON.stringify(toText(key))}`)
      }
    })
  }

  /** What every open snapshot sees now is what it saw at first; the oldest is given back. */
  checkSnapshots(release: boolean): void {
    for (const { snapshot, state } of this.#snapshots) {
      this.#tolerate(() => {
        const now = stateOf(snapshot.scan().allSync())
        this.#checks.require(12, sameState(now, state), () => `a snapshot of ${show(state)} sees ${show(now)}`)
      })
    }
    if (release) this.#snapshots.shift()?.snapshot.close()
  }

  /** What a reader sees now is the state after some batches, no fewer than have resolved. */
  checkLatest(): void {
    this.#tolerate(() => void this.#visible(this.#store.scan().allSync()))
  }

  #visible(entries: readonly (readonly [Uint8Array, Uint8Array])[]): State {
    const { states, issued } = this.#history.moment()
    const read = stateOf(entries)
    for (let count = issued; count >= this.#history.acknowledged; count--) {
      if (sameState(states[count]!, read)) {
        this.#checks.held(11)
        return read
      }
    }
    throw new BrokenInvariant(11, `reads ${show(read)}, ${this.#history.acknowledged} of ${issued} batches resolved`)
  }

  #tolerate(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.#told(error)
    }
  }
}

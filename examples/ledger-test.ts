import type fc from 'fast-check'
import { type KeyValueStore, open } from 'varve'
import { CallHistory, type Choices, SimulatedHarness, seededChoices } from 'varve/testing'

/** A payment from one account to another. */
export interface Payment {
  readonly from: string
  readonly to: string
  readonly amount: number
}

type Store = KeyValueStore<'utf8'>

/** The application: accounts, which may be in debt, and how many payments there were. */
export interface Ledger {
  /** Resolves when the payment survives a loss of power. */
  pay(store: Store, payment: Payment): Promise<unknown>
}

/**
 * One batch for all that a payment changes, made of what is there at the call: payments that are under way at once go
 * through `latest`.
 */
export function ledger(): Ledger {
  let latest: Map<string, number> | undefined
  return {
    pay(store, { from, to, amount }) {
      latest ??= balancesOf(store)
      for (const [name, change] of [
        [from, -amount],
        [to, amount],
        ['payments', 1],
      ] as const) {
        latest.set(name, (latest.get(name) ?? 0) + change)
      }
      const names = [...new Set([from, to, 'payments'])]
      return store.batch(names.map((key) => ({ type: 'put', key, value: `${latest!.get(key)}` })))
    },
  }
}

type Balances = ReadonlyMap<string, number>

function balancesOf(store: Store): Map<string, number> {
  return new Map(
    store
      .scan()
      .allSync()
      .map(([name, balance]) => [name, Number(balance)]),
  )
}

/** What the ledger must do, said in the simplest way. */
class LedgerModel extends CallHistory<Balances, Payment> {
  constructor() {
    super({
      initial: new Map(),
      apply: (balances, { from, to, amount }) => {
        const next = new Map(balances)
        next.set(from, (next.get(from) ?? 0) - amount)
        next.set(to, (next.get(to) ?? 0) + amount)
        next.set('payments', (next.get('payments') ?? 0) + 1)
        return next
      },
      isSame: (a, b) => a.size === b.size && [...a].every(([name, balance]) => b.get(name) === balance),
      show: (balances) => JSON.stringify(Object.fromEntries(balances)),
    })
  }
}

/** The ledger on its way through a run of commands. */
interface LedgerRun {
  readonly harness: SimulatedHarness<Store>
  readonly make: () => Ledger
  store: Store
  ledger: Ledger
}

type LedgerCommand = fc.AsyncCommand<LedgerModel, LedgerRun>

function command(name: string, run: (model: LedgerModel, real: LedgerRun) => Promise<void>): LedgerCommand {
  return { check: () => true, run, toString: () => name }
}

/** Pays, and waits for it or lets it be under way while the next command runs. */
function payCommand(payment: Payment, waits: boolean): LedgerCommand {
  return command(`pay(${JSON.stringify(payment)}, ${waits})`, async (model, { harness, store, ledger }) => {
    const count = model.append(payment)
    const noted = ledger.pay(store, payment).then(() => model.resolve(count, 'power'))
    if (waits) await harness.drive(noted)
    else await harness.runtime.drain(2)
    model.match(balancesOf(store))
  })
}

function crashCommand(crash: 'kill' | 'power cut'): LedgerCommand {
  return command(crash, async (model, real) => {
    const opening = crash === 'kill' ? real.harness.kill() : real.harness.powerCut()
    real.store = await real.harness.drive(opening)
    real.ledger = real.make()
    model.recover(balancesOf(real.store), crash)
  })
}

/**
 * Tests a ledger with random payments, kills and power cuts on simulated disks. Where it does not do what the model
 * says, the error has the commands, shrunk, and what runs them again.
 */
export async function ledgerTest(fastCheck: typeof fc, make: () => Ledger, runs: number): Promise<void> {
  const account = fastCheck.constantFrom('ann', 'bob', 'eve')
  const payment = fastCheck.record({ from: account, to: account, amount: fastCheck.integer({ min: 1, max: 9 }) })
  const kinds = [
    fastCheck.tuple(payment, fastCheck.boolean()).map(([given, waits]) => payCommand(given, waits)),
    fastCheck.constantFrom('kill', 'power cut').map((crash) => crashCommand(crash as 'kill' | 'power cut')),
  ]
  const property = fastCheck.asyncProperty(
    fastCheck.commands(kinds, { maxCommands: 30, size: 'max' }),
    fastCheck.nat(),
    async (commands, seed) => {
      const harness = harnessFor(seededChoices(seed, { benign: 0.3 }))
      const store = await harness.drive(harness.open())
      const real: LedgerRun = { harness, make, store, ledger: make() }
      await fastCheck.asyncModelRun(() => ({ model: new LedgerModel(), real }), commands)
      await harness.cleanup()
    },
  )
  await fastCheck.assert(property, { numRuns: runs })
}

function harnessFor(choices: Choices): SimulatedHarness<Store> {
  return new SimulatedHarness(
    (fileSystem, runtime) => open('/ledger', { fileSystem, runtime, encoding: 'utf8', memtableBytes: 512 }),
    { choices },
  )
}

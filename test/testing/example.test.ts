import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crashTest, list } from '../../examples/crash-test.ts'
import { type Ledger, ledger, ledgerTest } from '../../examples/ledger-test.ts'

test('the example finds nothing wrong with a list that is written in batches', async () => {
  await crashTest(list, 12)
})

test('the example finds the moment between two writes that should have been one, and says how to replay it', async () => {
  const broken = {
    async add(store: Parameters<typeof list.add>[0], item: string): Promise<void> {
      const length = Number(store.getSync('length') ?? 0) + 1
      await store.put(`item ${length}`, item)
      await store.put('length', `${length}`)
    },
  }
  await expect(crashTest(broken, 12)).rejects.toThrow(
    /the length is \d, the items are \d: \{"profile":".+","choices":\[/,
  )
})

test('the example finds nothing wrong with a ledger that writes each payment in one batch', async () => {
  await ledgerTest(fc, ledger, 60)
})

test.each<[mistake: string, error: RegExp, make: () => Ledger]>([
  [
    'that takes money before it gives it',
    /visible may be|after a (kill|power cut)/,
    () => ({
      async pay(store, { from, to, amount }) {
        const change = (name: string, by: number): Promise<unknown> =>
          store.put(name, `${Number(store.getSync(name) ?? 0) + by}`)
        await change(from, -amount)
        await change(to, amount)
        await change('payments', 1)
      },
    }),
  ],
  [
    'that promises more than it asks for',
    /after a power cut; with \d+ calls promised/,
    () => {
      const weak = ledger()
      const weaken = (store: Parameters<Ledger['pay']>[0]): typeof store => {
        const batch: typeof store.batch = (operations) => store.batch(operations, { durability: 'process' })
        return Object.assign(Object.create(store), { batch, scan: store.scan.bind(store) })
      }
      return { pay: (store, payment) => weak.pay(weaken(store), payment) }
    },
  ],
])('the example finds a ledger %s', async (_mistake, reason, make) => {
  const failure: Error = await ledgerTest(fc, make, 200).then(
    () => Promise.reject('nothing was found'),
    (error) => error,
  )
  expect(failure.message).toMatch(/Counterexample: \[.*pay\(/)
  expect((failure.cause as Error).message).toMatch(reason)
})

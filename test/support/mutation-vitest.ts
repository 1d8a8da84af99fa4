import { format } from 'node:util'
import { vi } from 'vitest'

// What test files import from 'vitest' where they serve as detectors: tests are noted, and run one by one, without vitest's own start.
export { expect, expectTypeOf, vi } from 'vitest'

type Body = (...args: never[]) => unknown

interface Suite {
  readonly name: string
  readonly outer: Suite | undefined
  readonly hooks: Record<'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach', Body[]>
}

export interface NotedTest {
  readonly name: string
  run(): Promise<void>
}

/** Far more than any case takes on a busy machine: only a mutant that hangs meets it. */
const TEST_MS_MAX = 20_000

let notes: NotedTest[] = []
let suite: Suite = newSuite('', undefined)
/** Whose `beforeAll` has run. */
let begun = new Set<Suite>()

function newSuite(name: string, outer: Suite | undefined): Suite {
  return { name, outer, hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] } }
}

const files = new Map<string, NotedTest[]>()

/** The tests of a file, in its order. */
export async function testsOf(url: string): Promise<NotedTest[]> {
  begun = new Set()
  const known = files.get(url)
  if (known !== undefined) return known
  notes = []
  suite = newSuite('', undefined)
  await import(url)
  files.set(url, notes)
  return notes
}

/** Ends what `beforeAll` has begun. */
export async function endTests(): Promise<void> {
  for (const each of begun) for (const hook of each.hooks.afterAll) await call(hook)
  begun = new Set()
}

function note(title: string, ...rest: unknown[]): void {
  const body = rest.find((each): each is Body => typeof each === 'function')
  if (body === undefined) return
  const within = outwards(suite).reverse()
  const name = [...within.map((each) => each.name), title].filter((part) => part !== '').join(' > ')
  const run = async (): Promise<void> => {
    for (const each of within) {
      if (begun.has(each)) continue
      begun.add(each)
      for (const hook of each.hooks.beforeAll) await call(hook)
    }
    for (const each of within) for (const hook of each.hooks.beforeEach) await call(hook)
    try {
      await withinTime(call(body), name)
    } finally {
      for (const each of within.toReversed()) for (const hook of each.hooks.afterEach) await call(hook)
      vi.restoreAllMocks()
    }
  }
  notes.push({ name, run })
}

async function call(body: Body): Promise<void> {
  await body()
}

async function withinTime(done: Promise<void>, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not end`)), TEST_MS_MAX)
  })
  await Promise.race([done, late]).finally(() => clearTimeout(timer))
}

function outwards(from: Suite): Suite[] {
  const all: Suite[] = []
  for (let each: Suite | undefined = from; each !== undefined; each = each.outer) all.push(each)
  return all
}

function group(name: string, ...rest: unknown[]): void {
  const body = rest.find((each): each is Body => typeof each === 'function')
  const outer = suite
  suite = newSuite(name, outer)
  body?.(...([] as never[]))
  suite = outer
}

type Noter = (title: string, ...rest: unknown[]) => void

/** `each` spreads the rows of a table that are lists, `for` does not. */
function forms(add: Noter): Record<string, unknown> {
  const over = (spreads: boolean) => (table: Iterable<unknown>) => (title: string, body: Body, options?: unknown) => {
    for (const row of table) {
      const args = (spreads && Array.isArray(row) ? row : [row]) as never[]
      add(titled(title, args), options, () => body(...args))
    }
  }
  const unless = (condition: unknown): Noter => (condition ? () => {} : add)
  return {
    each: over(true),
    for: over(false),
    skipIf: unless,
    runIf: (condition: unknown) => unless(!condition),
    skip: () => {},
  }
}

function titled(title: string, args: readonly unknown[]): string {
  const count = title.match(/%[sdijo]/g)?.length ?? 0
  const row = args[0] as Record<string, unknown>
  return format(title, ...args.slice(0, count)).replaceAll(/\$(\w+)/g, (all, key) => String(row[key] ?? all))
}

export const test: unknown = Object.assign(note, forms(note))
export const it: unknown = test
export const describe: unknown = Object.assign(group, forms(group))

const hook = (name: keyof Suite['hooks']) => (body: Body) => {
  suite.hooks[name].push(body)
}
export const beforeAll: (body: Body) => void = hook('beforeAll')
export const afterAll: (body: Body) => void = hook('afterAll')
export const beforeEach: (body: Body) => void = hook('beforeEach')
export const afterEach: (body: Body) => void = hook('afterEach')

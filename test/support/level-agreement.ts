import type { LevelCase, Operation } from './level-operations.ts'
import { agree, type Outcome, outcomeOf, showPlain } from './level-outcome.ts'
import { perform, performTogether } from './level-runner.ts'
import { type LevelSource, LevelSubject } from './level-subject.ts'

/** How many operations of each kind were compared. */
export type LevelCounts = Map<string, number>

/** Sources of databases for one case. The first is what the others are compared to. */
export type LevelSources = (levelCase: LevelCase) => readonly LevelSource[]

/** Does the operations of a case to each database, one by one, and throws at the first where they differ. */
export async function requireAgreement(
  levelCase: LevelCase,
  makeSources: LevelSources,
  counts: LevelCounts = new Map(),
): Promise<void> {
  const sources = makeSources(levelCase)
  const subjects = sources.map((source) => new LevelSubject(source, levelCase.setting))
  try {
    await compare('early', levelCase.early, subjects, (subject) => performTogether(subject, levelCase.early))
    await compare('open', 'open', subjects, (subject) => outcomeOf(() => subject.open()))
    await compare('content', 'early', subjects, contentOf)
    for (const [i, operation] of levelCase.operations.entries()) {
      count(operation, counts)
      await compare(`operation ${i}`, operation, subjects, (subject) => perform(subject, operation))
      if (mayWrite(operation)) await compare(`content after ${i}`, operation, subjects, contentOf)
    }
    await compare('keys at the end', 'reverse', subjects, reverseKeysOf)
  } catch (error) {
    // To be pasted into a test as it is.
    throw new Error(`${(error as Error).message}\ncase: ${showPlain(levelCase)}`, { cause: error })
  } finally {
    await Promise.allSettled(subjects.map((subject) => subject.at('root').close()))
    await Promise.all(sources.map((source) => source.cleanup()))
  }
  for (const operation of levelCase.early) count(operation, counts)
}

async function compare(
  when: string,
  what: unknown,
  subjects: readonly LevelSubject[],
  ask: (subject: LevelSubject) => Promise<Outcome>,
): Promise<void> {
  // Called for all at once, each of them awaited: they know nothing of each other.
  const outcomes = await Promise.all(subjects.map(ask))
  if (agree(outcomes)) return
  const said = subjects.map((subject, i) => `  ${subject.name}: ${excerpt(outcomes[i]!, outcomes[0]!)}`)
  throw new Error(`${when}, ${showPlain(what)}:\n${said.join('\n')}`)
}

/** An outcome where it begins to differ: values may have thousands of bytes. */
function excerpt(outcome: Outcome, first: Outcome): string {
  let same = 0
  while (same < outcome.length && outcome[same] === first[same]) same++
  const from = outcome === first || same < 600 ? 0 : same - 300
  return `${from === 0 ? '' : '… '}${outcome.slice(from, from + 900)}`
}

function mayWrite({ kind }: Operation): boolean {
  return ['put', 'del', 'batch', 'chain', 'clear', 'reopen', 'compact'].includes(kind)
}

function contentOf(subject: LevelSubject): Promise<Outcome> {
  return outcomeOf(() => subject.content())
}

function reverseKeysOf(subject: LevelSubject): Promise<Outcome> {
  return outcomeOf(() => subject.at('root').keys({ keyEncoding: 'hex', reverse: true }).all())
}

function count(operation: Operation, counts: LevelCounts): void {
  counts.set(operation.kind, (counts.get(operation.kind) ?? 0) + 1)
  const nested = operation.kind === 'reopen' ? [...operation.meanwhile, ...operation.early] : []
  for (const inner of nested) count(inner, counts)
}

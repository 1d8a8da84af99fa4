import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { fifo, leveled, sizeTiered, timeWindow } from '../../src/index.ts'
import { seededNumbers } from '../../test/support/seeded-numbers.ts'
import { CompactionSimulator } from './compaction-simulator.ts'
import { type Command, type Keys, parseScript } from './script.ts'
import { choiceText, costText, letterName, type NameKey, numberName, treeText } from './tree-text.ts'

/** Each takes its options as a script gives them, and refuses what it does not know. */
const STRATEGIES: Readonly<Record<string, (options: Readonly<Record<string, number>>) => CompactionStrategy>> = {
  leveled,
  'size-tiered': sizeTiered,
  fifo,
  'time-window': timeWindow,
}

/** Runs a script and returns the lines that it prints. `strategies` are further ones that it may name. */
export function runScript(text: string, strategies: typeof STRATEGIES = {}): string[] {
  const { commands, isLettered } = parseScript(text)
  const run = new ScriptRun({ ...STRATEGIES, ...strategies }, isLettered ? letterName : numberName)
  run.all(commands)
  return run.lines
}

/** The state of one script between its lines. */
class ScriptRun {
  readonly lines: string[] = []
  readonly #strategies: typeof STRATEGIES
  readonly #name: NameKey
  readonly #simulator = new CompactionSimulator(leveled())
  #random = seededNumbers(1)
  #nextKey = 0

  constructor(strategies: typeof STRATEGIES, name: NameKey) {
    this.#strategies = strategies
    this.#name = name
  }

  all(commands: readonly Command[]): void {
    for (const command of commands) this.#one(command)
  }

  #one(command: Command): void {
    const simulator = this.#simulator
    switch (command.kind) {
      case 'strategy':
        simulator.strategy = this.#strategy(command.name)(command.options)
        break
      case 'seed':
        this.#random = seededNumbers(command.seed)
        break
      case 'flush':
        simulator.flush(this.#keys(command.keys))
        break
      case 'delete':
        simulator.flush(this.#keys(command.keys).map((key) => -key))
        break
      case 'advance':
        simulator.nowMs += command.ms
        break
      case 'clock':
        simulator.nowMs = command.ms
        break
      case 'drain':
        simulator.drain()
        break
      case 'step':
        this.#step()
        break
      case 'print':
        this.lines.push(...treeText(simulator.state, this.#name), costText(simulator))
        break
      case 'say':
        this.lines.push(command.text)
        break
      case 'repeat':
        for (let i = 0; i < command.times; i++) this.all(command.commands)
        break
    }
  }

  #step(): void {
    const choice = this.#simulator.strategy.pick(this.#simulator.state)
    this.lines.push(choiceText(this.#simulator.state, choice, this.#name))
    this.#simulator.execute(choice)
  }

  #strategy(name: string): (options: Readonly<Record<string, number>>) => CompactionStrategy {
    const strategy = this.#strategies[name]
    if (strategy === undefined) {
      throw new Error(`there is no strategy '${name}', but ${Object.keys(this.#strategies).join(', ')}`)
    }
    return strategy
  }

  #keys(keys: Keys): number[] {
    if (keys.kind === 'random') return Array.from({ length: keys.count }, () => this.#random() % keys.from)
    if (keys.kind === 'next') return Array.from({ length: keys.count }, () => this.#nextKey++)
    const { least, most } = keys.span
    const step = keys.count < 2 ? 0 : (most - least) / (keys.count - 1)
    return Array.from({ length: keys.count }, (_, i) => Math.round(least + i * step))
  }
}

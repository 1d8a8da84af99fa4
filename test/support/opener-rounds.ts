import { readdirSync, readFileSync } from 'node:fs'
import type { OpenerAnswer } from './opener-contender.ts'
import { type OpenerSeat, seatHere, seatProcess, seatThread } from './opener-seat.ts'
import { seededNumbers } from './seeded-numbers.ts'

/** What some rounds have come to. */
export interface OpenerTally {
  rounds: number
  /** Rounds by where the winner sat. */
  readonly wins: Record<OpenerSeat['kind'], number>
  /** Winners that were killed, or whose thread was ended, without a close. */
  killed: number
  /** Openings that were refused, of writers and of readers. */
  refusals: number
}

const READERS_AMONG = 3
const HERE_AMONG = 4

/**
 * Contenders that open one directory at the same moment, round after round: two processes, two threads and twice this process. In each round one of
 * them wins, and everyone else is LOCKED; the winner writes, everyone asks again while not a byte may change, and then the winner closes or is killed.
 */
export class OpenerRounds {
  readonly tally: OpenerTally = { rounds: 0, wins: { process: 0, thread: 0, here: 0 }, killed: 0, refusals: 0 }
  readonly #directory: string
  readonly #next: () => number
  readonly #seats: OpenerSeat[]
  readonly #written: string[] = []

  private constructor(directory: string, seed: number, seats: OpenerSeat[]) {
    this.#directory = directory
    this.#next = seededNumbers(seed)
    this.#seats = seats
  }

  static async begin(directory: string, seed: number): Promise<OpenerRounds> {
    const seats = await Promise.all([seatProcess(), seatProcess(), seatThread(), seatThread()])
    return new OpenerRounds(directory, seed, [...seats, seatHere(), seatHere()])
  }

  async end(): Promise<void> {
    await Promise.all(this.#seats.map((seat) => seat.end()))
  }

  /** Throws at the first thing that is not as it should be. */
  async round(): Promise<void> {
    // The order in which they are asked, and who only wants to read.
    const order = this.#seats.map((_, at) => at).sort(() => (this.#next() % 2 === 0 ? -1 : 1))
    // Who sits here is asked without a message, and would win each time.
    const contenders = order.filter((at) => this.#seats[at]!.kind !== 'here' || this.#next() % HERE_AMONG === 0)
    const answers = await this.#askAll(contenders, () => false)
    const winners = contenders.filter((at) => answers.get(at)!.isDone)
    if (winners.length !== 1) throw new Error(`${winners.length} writers: ${JSON.stringify([...answers])}`)
    const winner = winners[0]!
    const seat = this.#seats[winner]!
    this.#requireKeys(answers.get(winner)!)
    const key = `round ${String(this.#written.length).padStart(6, '0')}`
    this.#requireDone(await seat.ask({ ask: 'write', key }))
    this.#written.push(key)
    await this.#requireRefused(
      order.filter((at) => at !== winner),
      seat,
    )
    await this.#endWinner(winner)
    this.tally.rounds++
    this.tally.wins[seat.kind]++
  }

  /** While a winner is known to hold the store: nobody else gets in, the error names him, and no byte of any file changes. */
  async #requireRefused(others: readonly number[], holder: OpenerSeat): Promise<void> {
    const before = contentsOf(this.#directory)
    const answers = await this.#askAll(others, () => this.#next() % READERS_AMONG === 0)
    for (const [at, answer] of answers) {
      if (answer.isDone || answer.code !== 'LOCKED') throw new Error(`${at} is not LOCKED: ${JSON.stringify(answer)}`)
      const name = holder.pid === this.#seats[at]!.pid ? 'this process|process \\d+' : `process ${holder.pid}`
      if (!new RegExp(name).test(answer.message)) throw new Error(`${holder.pid} is not named: ${answer.message}`)
      this.tally.refusals++
    }
    const changed = contentsOf(this.#directory)
      .split('\n')
      .filter((file) => !before.includes(file))
    if (changed.length > 0) throw new Error(`a refused opening has changed ${changed.map((file) => file.slice(0, 80))}`)
  }

  async #endWinner(winner: number): Promise<void> {
    const seat = this.#seats[winner]!
    if (seat.kind === 'here' || this.#next() % 2 === 0) {
      this.#requireDone(await seat.ask({ ask: 'close' }))
      return
    }
    this.#seats[winner] = await seat.kill()
    this.tally.killed++
  }

  async #askAll(seats: readonly number[], readOnly: (at: number) => boolean): Promise<Map<number, OpenerAnswer>> {
    const directory = this.#directory
    const asked = seats.map(async (at) => {
      return [at, await this.#seats[at]!.ask({ ask: 'open', directory, readOnly: readOnly(at) })] as const
    })
    return new Map(await Promise.all(asked))
  }

  /** What every winner has written is there, and nothing else: no second writer came between. */
  #requireKeys(answer: OpenerAnswer): void {
    this.#requireDone(answer)
    const keys = answer.isDone ? answer.keys.join() : ''
    if (keys !== this.#written.join()) throw new Error(`found ${keys}, written was ${this.#written.join()}`)
  }

  #requireDone(answer: OpenerAnswer): void {
    if (!answer.isDone) throw new Error(`${answer.code}: ${answer.message}`)
  }
}

/** Names and bytes of all files of a directory. */
function contentsOf(directory: string): string {
  const names = readdirSync(directory).sort()
  return names.map((name) => `${name} ${readFileSync(`${directory}/${name}`, 'base64')}`).join('\n')
}

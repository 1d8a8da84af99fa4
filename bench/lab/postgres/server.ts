import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a server is started with, beside what the calibration always sets. */
export type Settings = Readonly<Record<string, string>>

interface Account {
  readonly uid?: number
  readonly gid?: number
}

const INSTALLED_AT = '/usr/lib/postgresql'

/** The directory of the newest PostgreSQL's programs, where Debian puts them; undefined where there are none. */
export function findPrograms(): string | undefined {
  if (!existsSync(INSTALLED_AT)) return undefined
  const versions = readdirSync(INSTALLED_AT).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(INSTALLED_AT, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

export const howToInstall: string =
  `no PostgreSQL in ${INSTALLED_AT}: on Debian or Ubuntu install it with ` +
  '"apt-get update && apt-get install -y postgresql-15" (the service itself need not run)'

/**
 * A PostgreSQL of its own in a temporary directory, which listens on a unix socket there and nowhere else. `stop` ends it and
 * removes the directory; so does the end of this process.
 */
export class Server {
  readonly directory: string
  readonly #bin: string
  readonly #account: Account
  #process: ChildProcess | undefined
  readonly #onExit = (): void => this.#kill()

  private constructor(bin: string, directory: string, account: Account) {
    this.#bin = bin
    this.directory = directory
    this.#account = account
  }

  static async start(bin: string, settings: Settings): Promise<Server> {
    const account = serverAccount()
    const directory = mkdtempSync(join(tmpdir(), 'varve-postgres-'))
    if (account.uid !== undefined) chownSync(directory, account.uid, account.gid ?? account.uid)
    const server = new Server(bin, directory, account)
    process.on('exit', server.#onExit)
    try {
      server.#initialize()
      await server.#launch(settings)
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  get dataDirectory(): string {
    return join(this.directory, 'data')
  }

  /** Runs SQL in a session of its own and returns what it prints, without headings, columns apart by '|'. */
  query(sql: string): string {
    return this.run('psql', [...this.#connection(), '-At', '-c', sql])
  }

  /** A session that reads its SQL from its standard input. */
  session(): ChildProcess {
    return spawn(join(this.#bin, 'psql'), [...this.#connection(), '-q', '-f', '-'], {
      ...this.#options(),
      stdio: ['pipe', 'ignore', 'inherit'],
    })
  }

  /** One of PostgreSQL's programs. */
  run(program: string, args: readonly string[]): string {
    return execFileSync(join(this.#bin, program), args, { ...this.#options(), encoding: 'utf8', maxBuffer: 2 ** 26 })
  }

  async stop(): Promise<void> {
    const server = this.#process
    if (server?.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
    }
    process.off('exit', this.#onExit)
    this.#kill()
  }

  #initialize(): void {
    const args = ['-D', this.dataDirectory, '-U', 'varve', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    const made = spawnSync(join(this.#bin, 'initdb'), args, { ...this.#options(), encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr ?? ''}${made.error?.message ?? ''}`)
  }

  async #launch(settings: Settings): Promise<void> {
    const all = { listen_addresses: '', unix_socket_directories: this.directory, ...settings }
    const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const server = spawn(join(this.#bin, 'postgres'), ['-D', this.dataDirectory, ...args], {
      ...this.#options(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = server
    let log = ''
    server.stderr?.on('data', (text: Buffer) => {
      log = (log + text.toString()).slice(-4000)
    })
    for (let attempt = 0; attempt < 300; attempt++) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log}`)
      const ready = spawnSync(join(this.#bin, 'pg_isready'), this.#connection(), this.#options())
      if (ready.status === 0) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`PostgreSQL was not ready within 30 s: ${log}`)
  }

  #connection(): string[] {
    return ['-h', this.directory, '-U', 'varve', '-d', 'postgres']
  }

  #options(): Account & { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
    // Nothing of the caller's own PG settings may reach another server.
    return {
      ...this.#account,
      cwd: this.directory,
      env: {
        PATH: process.env['PATH'],
        LC_ALL: 'C',
        PGCONNECT_TIMEOUT: '5',
        PGOPTIONS: '-c client_min_messages=warning',
      },
    }
  }

  /** Immediate: for a process that ends, or a server that has ended. */
  #kill(): void {
    const server = this.#process
    if (server?.exitCode === null && server.signalCode === null) server.kill('SIGQUIT')
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

/** PostgreSQL refuses to run as root: then it runs as the account that its package made. */
function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'))
  if (line === undefined) throw new Error('PostgreSQL refuses to run as root, and there is no account "postgres"')
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

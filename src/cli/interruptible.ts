import { VarveError } from '../errors.ts'

/** As `work`, but rejects with ABORTED as soon as `signal` says so. What `work` does goes on unheard. */
export async function interruptible<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => {}
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new VarveError('ABORTED', 'interrupted'))
  })
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([stopped, work])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

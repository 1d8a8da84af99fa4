/** All outcomes of a procedure that asks for choices: runs it again and again, each time along another branch. */
export function everyOutcome<T>(run: (choose: (options: number, label: string) => number) => T, limit = 10_000): T[] {
  const outcomes: T[] = []
  let path: { choice: number; options: number }[] = []
  do {
    if (outcomes.length >= limit) throw new Error(`more than ${limit} outcomes`)
    let depth = 0
    outcomes.push(
      run((options) => {
        const step = (path[depth++] ??= { choice: 0, options })
        return step.choice
      }),
    )
    while (path.length > 0 && path.at(-1)!.choice + 1 >= path.at(-1)!.options) path = path.slice(0, -1)
    if (path.length > 0) path.at(-1)!.choice++
  } while (path.length > 0)
  return outcomes
}

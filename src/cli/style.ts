/** The codes of ECMA-48 for each colour, on and off. */
const CODES = { red: [31, 39] } as const

/** Colour for a stream, or none: where it is no terminal, and where NO_COLOR or TERM say so. */
export class Style {
  readonly #isOn: boolean

  constructor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>) {
    const { NO_COLOR = '', TERM } = environment
    this.#isOn = isTerminal && NO_COLOR === '' && TERM !== 'dumb'
  }

  paint(colour: keyof typeof CODES, text: string): string {
    const [on, off] = CODES[colour]
    return this.#isOn ? `\u001b[${on}m${text}\u001b[${off}m` : text
  }
}

import { styleText } from 'node:util'

/** Colour for a stream, or none: where it is no terminal, and where NO_COLOR or TERM say so. */
export class Style {
  readonly #isOn: boolean

  constructor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>) {
    const { NO_COLOR = '', TERM } = environment
    this.#isOn = isTerminal && NO_COLOR === '' && TERM !== 'dumb'
  }

  paint(colour: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
    return this.#isOn ? styleText(colour, text) : text
  }
}

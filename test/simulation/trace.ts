/** What happened, line by line. Two runs of a seed must tell the same story, to the letter. */
import { createHash } from 'node:crypto'

export class Trace {
  readonly #lines: string[] = []

  note(line: string): void {
    this.#lines.push(line)
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  digest(): string {
    return createHash('sha256').update(this.#lines.join('\n')).digest('hex')
  }
}

/** What stands on a label beside its code, how large, in millimetres. Pure. */
import type { LabelFormat } from './formats.ts'
import { fitSize, textWidth } from './text-fit.ts'

/** White inside a label: label printers and scissors are not exact. */
export const labelMargin = 2.2
const gap = 1.5
/** Height of a line in sizes of its text. */
export const lineStep = 1.16

/** The side of the square code, 0 without one. Larger reads no better. */
export function codeSide({ width, height }: LabelFormat, withCode: boolean): number {
  return withCode ? Math.min(height - 2 * labelMargin, width * 0.4, 24) : 0
}

export interface LabelText {
  readonly bib: string | null
  readonly name: string | null
  /** Race and start group, then the fields, each a line of its own. */
  readonly places: string | null
  readonly fields: readonly string[]
}

export interface LabelLine {
  readonly of: 'bib' | 'name' | 'places' | 'field'
  readonly text: string
  readonly size: number
  /** Lines of paper it may take. */
  readonly rows: 1 | 2
}

/** Wanted and smallest sizes, in parts of the height of the label. */
const sizes = {
  bib: { most: 0.4, least: 0.12 },
  name: { most: 0.16, least: 0.09 },
  places: { most: 0.11, least: 0.075 },
  field: { most: 0.1, least: 0.066 },
} as const

/** The lines from top to bottom: all of them fit, if need be smaller than wanted. */
export function labelLines(
  format: LabelFormat,
  text: LabelText,
  withCode: boolean,
): readonly LabelLine[] {
  const side = codeSide(format, withCode)
  const width = format.width - 2 * labelMargin - (side === 0 ? 0 : side + gap)
  const given = [
    { of: 'bib', text: text.bib },
    { of: 'name', text: text.name },
    { of: 'places', text: text.places },
    ...text.fields.map((field) => ({ of: 'field', text: field }) as const),
  ] as const
  const lines = given.flatMap((line): LabelLine[] => {
    if (line.text === null || line.text === '') return []
    const { most, least } = sizes[line.of]
    const limits = { most: most * format.height, least: least * format.height }
    const size = fitSize(line.text, width, limits)
    const isLong = line.of !== 'bib' && textWidth(line.text, size) > width
    return [{ of: line.of, text: line.text, size, rows: isLong ? 2 : 1 }]
  })
  const height = lines.reduce((sum, { size, rows }) => sum + size * rows * lineStep, 0)
  const scale = Math.min(1, (format.height - 2 * labelMargin) / Math.max(height, 0.001))
  return lines.map((line) => ({ ...line, size: line.size * scale }))
}

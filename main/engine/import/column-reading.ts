/** What the cells of one column mean, where the column as a whole tells. */
import type { DatePlan } from './date-columns.ts'

export interface ColumnReading {
  /** Cell → the model's word for it, as a person chose; compared without case and spaces around. */
  readonly chosen?: ReadonlyMap<string, string>
  /** What its column makes of a cell, null where that cannot be told. */
  readonly genderOf?: (cell: string) => string | null
  readonly dates?: DatePlan
  /** The cells answer a question: the word for a yes; a no says nothing. */
  readonly ifYes?: string
}

/** What is compared of a cell for which a person chose a word. */
export function chosenKey(cell: string): string {
  return cell.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase()
}

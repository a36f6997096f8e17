/** CSV and JSON import and export. */
import { z } from 'zod'
import { dateOrders } from './birth-date.ts'
import { columnReason, guessFacts } from './guess-reasons.ts'
import { entityName } from './words.ts'

/** `entrant` is the row of a start list: person, event participant, start group and tag in one go. */
export const importEntity = z.union([entityName, z.literal('entrant')])
export type ImportEntity = z.infer<typeof importEntity>

export const badRow = z.object({
  line: z.number().int(),
  column: z.string().nullable(),
  reason: z.string(),
  /** What stood there, where it was one cell. */
  value: z.string().optional(),
  /** What to do about it, one sentence. */
  fix: z.string().optional(),
  /** The row itself is in; only this cell was left out. */
  kept: z.literal(true).optional(),
})
export type BadRow = z.infer<typeof badRow>

/** A row that may mean somebody who is here already, but not surely: taken as somebody new, for a person to look at. */
export const possibleMatch = z.object({
  line: z.number().int(),
  /** Whom the row names. */
  display: z.string(),
  /** Who is here already. */
  candidate: z.string(),
  /** What they share, and what differs. */
  why: z.string(),
})
export type PossibleMatch = z.infer<typeof possibleMatch>

/** One field an import changed. */
export const importChange = z.object({
  line: z.number().int(),
  display: z.string(),
  entity: entityName,
  /** Name of the field in the model. */
  name: z.string(),
  /** The field as people call it. */
  field: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type ImportChange = z.infer<typeof importChange>

/**
 * Something the file does not say, with the reason for taking it so: letters, separator, order of dates, a column.
 * `facts` in English words are `what`, `value` and `why`.
 */
export const importGuess = z.object({
  what: z.string(),
  value: z.string(),
  why: z.string(),
  facts: guessFacts,
})
export type ImportGuess = z.infer<typeof importGuess>

/**
 * What became of a row. `new`: somebody who was not here (in this event) · `changed`: fields of somebody who was ·
 * `moved`: to another race or start group · `possible`: new, and may be somebody who is here · `refused`: not taken ·
 * `same`: said nothing new, only counted
 */
export const rowOutcome = z.enum(['new', 'changed', 'moved', 'possible', 'refused', 'same'])
export type RowOutcome = z.infer<typeof rowOutcome>

/** Whom one row of the file speaks of, and what became of it. */
export const importedPerson = z.object({
  line: z.number().int(),
  /** Empty where the row says no name that could be read. */
  display: z.string(),
  bib: z.string().nullable(),
  outcome: rowOutcome.exclude(['same']),
})
export type ImportedPerson = z.infer<typeof importedPerson>

/** A row with something to correct, as it stood in the file. */
export const rowToCorrect = z.object({
  line: z.number().int(),
  /** One per column of the file; empty where the row could not be taken apart. */
  cells: z.array(z.string()),
  /** Everything that is wrong with it. */
  reason: z.string(),
})
export type RowToCorrect = z.infer<typeof rowToCorrect>

/** A workbook keeps what CSV in a spreadsheet program loses: zeros in front, long numbers, codes like 2-1. */
export const exportFormat = z.enum(['csv', 'json', 'xlsx', 'ods'])
export type ExportFormat = z.infer<typeof exportFormat>

const perEntity = z.record(z.string(), z.number().int())

export const importReport = z.object({
  /** What takes it back; null for a rehearsal, and where nothing was changed. */
  importId: z.string().nullable().default(null),
  entity: z.string(),
  rows: z.number().int(),
  created: perEntity,
  updated: perEntity,
  unchanged: z.number().int(),
  /** Rows, or single cells of rows (`kept`), that were not taken. */
  bad: z.array(badRow),
  /** Taken, but worth a look: birth dates of small children and of people above 100. At most a thousand. */
  asked: z.array(badRow).default([]),
  /** At most a thousand, as are `changes`. */
  possible: z.array(possibleMatch).default([]),
  changes: z.array(importChange).default([]),
  guesses: z.array(importGuess).default([]),
  /** In the order of the file, the first thousand of each outcome. */
  people: z.array(importedPerson).default([]),
  /** How many there are of each, whatever is listed. */
  totals: z
    .record(rowOutcome, z.number().int())
    .default({ new: 0, changed: 0, moved: 0, possible: 0, refused: 0, same: 0 }),
  /** Fields changed, whatever is listed. */
  changedFields: z.number().int().default(0),
  /** Columns of the file and the rows behind `bad`; the first thousand. */
  toCorrect: z
    .object({ columns: z.array(z.string()), rows: z.array(rowToCorrect) })
    .default({ columns: [], rows: [] }),
  /** Columns of the file that no field takes. */
  ignoredColumns: z.array(z.string()),
})
export type ImportReport = z.infer<typeof importReport>

/** How a person wants a file read, where that is not what is recognised in it. */
export const readingChoices = z.object({
  /** Name of the encoding, as `Windows-1250` or `utf-8`. */
  encoding: z.string().max(40).optional(),
  /** Line of the file that names the columns, counted from 1; `none` when the first line is data already. */
  headerLine: z.union([z.number().int().min(1), z.literal('none')]).optional(),
  /** Sheet of a workbook. */
  sheet: z.string().max(200).optional(),
  /** What stands between the cells of a line. */
  separator: z.string().max(20).optional(),
  /** Which part of a date comes first. */
  dates: z.enum(dateOrders).optional(),
  /** Column → value of the file → our value, empty for none. */
  values: z.record(z.string(), z.record(z.string(), z.string())).optional(),
})
export type ReadingChoices = z.infer<typeof readingChoices>

/** Encodings that are recognised by themselves, as a person chooses them. */
export const usualEncodings = [
  'UTF-8',
  'UTF-16LE',
  'UTF-16BE',
  'Windows-1252',
  'Windows-1250',
  'Windows-1251',
  'Windows-1254',
  'ISO-8859-15',
  'ISO-8859-2',
  'DOS 850',
  'DOS 852',
  'DOS 866',
  'DOS 437',
  'Mac Roman',
  'Windows-1253',
  'Windows-1257',
  'KOI8-R',
  'Mac Central European',
] as const

/** What a person is asked about one column. */
export const columnQuestion = z.object({
  column: z.string(),
  /** Field it fills. */
  field: z.string(),
  /** Which part of a date comes first, or what values mean. */
  kind: z.enum(['dates', 'values']),
  /** A date that means two days; the values nobody knows, and those a person has said already. */
  values: z.array(z.string()),
  /** What can be answered; empty where anything can, as for countries. */
  options: z.array(z.string()),
})
export type ColumnQuestion = z.infer<typeof columnQuestion>

export const importPreview = z.object({
  columns: z.array(z.string()),
  /** Column → field it would fill, null where none. */
  mapping: z.record(z.string(), z.string().nullable()),
  /** Column → why it fills that field, or none, in English; null where its name says so. */
  reasons: z.record(z.string(), z.string().nullable()).default({}),
  /** The same as codes with facts. */
  columnReasons: z.record(z.string(), columnReason.nullable()).default({}),
  questions: z.array(columnQuestion).default([]),
  fields: z.array(z.object({ name: z.string(), label: z.string() })),
  sample: z.array(z.record(z.string(), z.string())),
  rows: z.number().int(),
  /** How the file is read: what was chosen, and what was recognised of the rest. */
  reading: readingChoices.default({}),
  /** Sheets of a workbook that hold anything. */
  sheets: z.array(z.string()).default([]),
  /** What had to be guessed to read the file, with the reason. */
  guesses: z.array(importGuess).default([]),
})
export type ImportPreview = z.infer<typeof importPreview>

/** What a person wrote into one cell in place of what stands in the file. */
export const cellFix = z.object({
  line: z.number().int(),
  column: z.string().max(500),
  value: z.string().max(5_000),
})
export type CellFix = z.infer<typeof cellFix>

export const importOptions = z.object({
  entity: importEntity,
  /** Name of the event entrants belong to; made when it does not exist. */
  event: z.string().optional(),
  /** Column → field, over the automatic mapping. Empty string leaves the column out. */
  map: z.record(z.string(), z.string()).default({}),
  rehearse: z.boolean().default(false),
  reading: readingChoices.optional(),
  /** Whoever is listed in another race than their only one leaves that one; otherwise races are added. */
  move: z.boolean().optional(),
  /** Also enters those anew whose entry in the event was deleted here; otherwise their rows are refused. */
  again: z.boolean().optional(),
  /** Forgets what was chosen for the last list with the same columns. */
  fresh: z.boolean().optional(),
  /** Cells corrected in the report of a rehearsal or an import of the same file. */
  fixes: z.array(cellFix).max(1_000).optional(),
  /** Takes only the rows of `fixes`: the others are in already. */
  onlyFixed: z.boolean().optional(),
})
export type ImportOptions = z.infer<typeof importOptions>

export const importProgress = z.object({
  done: z.number().int(),
  total: z.number().int().nullable(),
  report: importReport.nullable(),
})
export type ImportProgress = z.infer<typeof importProgress>

/** Something an import did that was not taken back. */
export const keptByUndo = z.object({
  entity: entityName,
  recordId: z.string(),
  display: z.string(),
  /** Name of the field in the model; null for the whole record. */
  field: z.string().nullable(),
  /**
   * `edited`: somebody changed it since · `used`: another record refers to it · `taken`: what it had is another's now ·
   * `refused`: what it was does not fit any more
   */
  why: z.enum(['edited', 'used', 'taken', 'refused']),
  /** Who edited it, and when. */
  who: z.string().nullable(),
  on: z.string().nullable(),
  /** Who uses it, or has what it had. */
  holder: z.string().nullable(),
  message: z.string(),
})
export type KeptByUndo = z.infer<typeof keptByUndo>

export const undoReport = z.object({
  /** Records per kind: those the import had made, and those that are as before. */
  deleted: perEntity,
  restored: perEntity,
  /** At most a thousand. */
  kept: z.array(keptByUndo),
  keptTotal: z.number().int(),
})
export type UndoReport = z.infer<typeof undoReport>

export const undoProgress = z.object({
  done: z.number().int(),
  total: z.number().int(),
  report: undoReport.nullable(),
})
export type UndoProgress = z.infer<typeof undoProgress>

/** An import that changed something. */
export const importRun = z.object({
  id: z.string(),
  fileName: z.string(),
  entity: z.string(),
  event: z.string().nullable(),
  who: z.string(),
  startedOn: z.string(),
  /** Null while it goes on. */
  endedOn: z.string().nullable(),
  rows: z.number().int(),
  created: perEntity,
  updated: perEntity,
  /** `begun`: taking it back was stopped half-way, and goes on when it is asked for again. */
  undo: z.enum(['begun', 'done']).nullable(),
  undoneOn: z.string().nullable(),
  undoneBy: z.string().nullable(),
  /** What taking it back did; the first fifty of what stays. */
  undone: undoReport.nullable(),
})
export type ImportRun = z.infer<typeof importRun>

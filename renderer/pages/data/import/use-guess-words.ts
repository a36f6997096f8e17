/** What an import took for granted, and why a column fills its field, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type {
  ColumnReason,
  GuessFacts,
  LetterReason,
} from '../../../../main/contract/guess-reasons.ts'
import { useFormat } from '../../../composables/use-format.ts'
import { useImportFieldWords } from './use-import-field-words.ts'

/** A guess in words: what was taken and as what, and why. */
export interface GuessInWords {
  readonly title: string
  readonly why: string
}

type Values = Readonly<Record<string, string>>

/** Cells of a line that are shown; one more tells that there are others. */
const shownCells = 4

export function useGuessWords() {
  const { t } = useI18n()
  const { number, date } = useFormat()
  const { labelOf } = useImportFieldWords()

  const quoted = (text: string) => t('reasons.quoted', { text })
  const listed = (texts: readonly string[]) => texts.map(quoted).join(', ')
  const joined = (texts: readonly string[]) => {
    const all = texts.map(quoted)
    const last = all.pop() ?? ''
    return all.length === 0 ? last : t('reasons.and', { all: all.join(', '), last })
  }
  const lineOf = (cells: readonly string[]) =>
    cells.slice(0, shownCells).join(', ') + (cells.length > shownCells ? ', …' : '')

  function columnText(reason: ColumnReason): string {
    const values: Record<string, string> = {}
    if ('field' in reason) values['field'] = labelOf(reason.field)
    if ('column' in reason) values['column'] = quoted(reason.column)
    if ('columns' in reason) values['columns'] = joined(reason.columns)
    if ('values' in reason) values['values'] = listed(reason.values)
    if ('status' in reason) values['status'] = t(`words.status.${reason.status}`)
    return t(`reasons.column.${reason.code}`, values)
  }

  const letterText = (letter: string, because: LetterReason) =>
    t(`reasons.letter.${because.code}`, {
      letter,
      ...('letter' in because && { other: because.letter }),
    })

  /** The facts as they stand in a sentence. */
  function valuesOf(facts: GuessFacts): Values {
    switch (facts.code) {
      case 'as-last-time':
      case 'legs-in-order':
        return {}
      case 'letters':
        return { encoding: facts.encoding, words: listed(facts.words) }
      case 'letters-doubtful':
        return {
          encoding: facts.encoding,
          words: listed(facts.words),
          rival: facts.rival,
          rivalWords: listed(facts.rivalWords),
        }
      case 'saved-twice':
        return { examples: facts.examples.map((word) => t('reasons.wordIs', word)).join(', ') }
      case 'separator':
        return { separator: quoted(facts.separator) }
      case 'no-header':
        return { cells: lineOf(facts.cells) }
      case 'header-below':
        return {
          line: number(facts.line),
          cells: lineOf(facts.cells),
          above: facts.above.map(lineOf).join('; '),
        }
      case 'sheet':
        return { sheet: facts.sheet, others: facts.others.map(sheetText).join(', ') }
      case 'column-used':
        return { column: facts.column, field: labelOf(facts.field) }
      case 'column-unused':
        return { column: facts.column }
      case 'no-first-names':
        return { field: labelOf(facts.field) }
      case 'gender-letters':
        return {
          column: quoted(facts.column),
          letters: facts.letters
            .map(({ letter, gender }) =>
              t('reasons.letterIs', { letter, gender: t(`words.gender.${gender}`) }),
            )
            .join(', '),
          reasons: facts.letters
            .map(({ letter, because }) => letterText(letter, because))
            .join('; '),
        }
      case 'amounts':
        return { column: quoted(facts.column), value: quoted(facts.value) }
      case 'tag-written':
        return { who: facts.who, tag: facts.tag, given: facts.given }
      case 'only-namesake':
        return { who: facts.who }
      case 'bib-zeros':
        return { who: facts.who, bib: facts.bib }
      case 'race-added':
      case 'race-moved':
        return { who: facts.who, race: facts.race, races: facts.races.join(', ') }
      default:
        return datesIn(facts)
    }
  }

  const sheetText = (sheet: Extract<GuessFacts, { code: 'sheet' }>['others'][number]) =>
    t(
      `reasons.sheet.${sheet.hidden ? 'hidden' : 'visible'}`,
      { sheet: quoted(sheet.name), n: number(sheet.rows) },
      sheet.rows,
    )

  function datesIn(facts: Extract<GuessFacts, { code: `dates-${string}` }>): Values {
    return {
      column: quoted(facts.column),
      ...('order' in facts && { order: t(`imports.values.orders.${facts.order}`) }),
      ...('value' in facts && { value: quoted(facts.value) }),
      ...('values' in facts && { values: joined(facts.values) }),
      ...('other' in facts && { other: quoted(facts.other) }),
      ...('day' in facts && { day: date(facts.day) }),
    }
  }

  function guessText(facts: GuessFacts): GuessInWords {
    const values = valuesOf(facts)
    return {
      title: t(`reasons.guess.${facts.code}`, values),
      why:
        'reason' in facts ? columnText(facts.reason) : t(`reasons.guessWhy.${facts.code}`, values),
    }
  }

  return { columnText, guessText }
}

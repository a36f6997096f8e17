import type { Progress } from '../../contract/sync.ts'
import { assertNever, type EntityName } from '../../contract/words.ts'
import { amount } from './table.ts'

const barWidth = 20

/**
 * One line of progress: what, a bar where the end is known, how far.
 * @param total null while nobody knows how much there is
 */
export function progressLine(what: string, done: number, total: number | null, rest = ''): string {
  if (total === null || total === 0)
    return done === 0 ? `${what} …` : `${what} ${amount(done)}${rest}`
  return `${what} ${bar(done / total)} ${amount(done)} of ${amount(total)}${rest}`
}

/** One line of progress where only the share is known, 0 to 1, such as that of a file read so far. */
export function shareLine(what: string, done: number, share: number): string {
  return `${what} ${bar(share)} ${amount(done)}`
}

function bar(share: number): string {
  const filled = Math.min(barWidth, Math.floor(share * barWidth))
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled)
}

/** The progress of a run in the words of the window. */
export function runProgressLine(progress: Progress): string {
  const { target, phase, entity, done, total, secondsLeft } = progress
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`
  return progressLine(`${target}: ${phaseWords(phase)}${entityWords(entity)}`, done, total, left)
}

function phaseWords(phase: Progress['phase']): string {
  switch (phase) {
    case 'connecting':
      return 'Connecting'
    case 'recovering':
      return 'Looking up interrupted changes'
    case 'staging':
      return 'Listing'
    case 'matching':
      return 'Matching'
    case 'receiving':
      return 'Receiving'
    case 'sending':
      return 'Sending'
    case 'finishing':
      return 'Finishing'
    default:
      return assertNever(phase)
  }
}

function entityWords(entity: EntityName | null): string {
  if (entity === null) return ''
  return ` ${entity.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return `${Math.round(seconds / 60)} min`
}
